"""Letters and e-mails: meant, replaced, taken back, sent."""

from __future__ import annotations

from datetime import date
from typing import Literal

from dossier.core.faits.commun import Archive, Canal
from dossier.core.modele import Modele
from dossier.core.montants import Montant


class EnvoiPrepare(Modele):
    """Intent: this document is ready to go by this channel. `cle` names the sending for ever."""

    type: Literal["envoi_prepare"] = "envoi_prepare"
    version: Literal[1] = 1
    cle: str
    etape: str
    canal: Canal
    jour: date
    """The date printed on the document."""
    intitule: str
    destinataire: str
    reste: Montant
    """What the document says is still due on the invoice itself."""
    pdf: Archive
    source: Archive
    """The Word file of a letter, the complete .eml of an e-mail."""
    groupe: tuple[str, ...] = ()
    """All the creances that the document is about, first the one whose run sends it; empty when alone."""


class RemiseTentee(Modele):
    """The carrier is about to be given the document: from here on, only its answer tells whether it left."""

    type: Literal["remise_tentee"] = "remise_tentee"
    version: Literal[1] = 1
    cle: str
    transporteur: str = ""
    """Which carrier; empty for a person's tray, or for an e-mail."""
    jour: date


class RemiseDouteuse(Modele):
    """The carrier may hold the registered letter and cannot say so: nothing is given again, a person looks."""

    type: Literal["remise_douteuse"] = "remise_douteuse"
    version: Literal[1] = 1
    cle: str
    motif: str
    jour: date


class EnvoiRemplace(Modele):
    """A person put another Word file in the place of the one prepared, at its approval."""

    type: Literal["envoi_remplace"] = "envoi_remplace"
    version: Literal[1] = 1
    cle: str
    par: str
    pdf: Archive
    source: Archive
    jour: date


class EnvoiRetire(Modele):
    """A document does not leave: a person took it back, or it is no longer true for one of its creances."""

    type: Literal["envoi_retire"] = "envoi_retire"
    version: Literal[1] = 1
    cle: str
    motif: str
    jour: date


class EnvoiSignale(Modele):
    """A printed letter is no longer true, for one of its creances or in its address: who posts it must know."""

    type: Literal["envoi_signale"] = "envoi_signale"
    version: Literal[1] = 1
    cle: str
    motif: str
    jour: date


class EnvoiFait(Modele):
    """Proof: the carrier took it (SMTP answer, print tray)."""

    type: Literal["envoi_fait"] = "envoi_fait"
    version: Literal[1] = 1
    cle: str
    jour: date
    preuve: str
    transporteur: str = ""
    """The carrier that sends it by itself; empty when a person posts it, or for an e-mail."""
    reference: str = ""
    """How that carrier names it."""
    reponse: Archive | None = None
    """That carrier's raw answer."""
