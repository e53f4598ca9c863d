"""Letters and e-mails: written and archived first, sent after, each recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from dossier.core.courriers import Contexte, contexte_courrier
from dossier.core.creance import Genre
from dossier.core.dates import en_lettres, horodate, jour_legal
from dossier.core.decision import Envoyer, Preparer
from dossier.core.droit.lre import obstacle_lre
from dossier.core.droit.mentions import Manquement
from dossier.core.errors import RemiseIncertaine
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Archive, Canal, EnvoiFait, EnvoiPrepare, IssuePli
from dossier.core.groupes import cle_commune
from dossier.core.langues import LANGUES
from dossier.core.montants import ZERO
from dossier.core.pays import enveloppe
from dossier.core.ports import Courriel, Lettre, Poste, Remise
from dossier.core.scenario import Etape
from dossier.services.archives import archiver, archiver_une_fois, lire_archive
from dossier.services.creances import decompte_de, lire_etat, scenario_de
from dossier.services.mentions import manquements, refuser_interdites
from dossier.services.outils import Outils


class _Document(NamedTuple):
    """One letter or e-mail to write: of these creances, at that step adapted to their debtor."""

    etats: tuple[Etat, ...]
    etape: Etape
    canal: Canal
    cle: str
    contexte: Contexte
    jour: date
    redacteur: str
    """The creance whose run writes it: two runs that write the same one at once never meet in the store."""

    @property
    def base(self) -> str:
        """Where it is archived.

        The numbers of faits are in the key: what was begun before a payment is never taken up after it.
        """
        numeros = "-".join(str(etat.numero) for etat in self.etats)
        nom = f"{self.cle.replace(':', '_')}-{self.jour}-{numeros}"[:120]
        return f"creances/{self.redacteur}/envois/{nom}"


def preparer(outils: Outils, etats: tuple[Etat, ...], action: Preparer, redacteur: str) -> list[EnvoiPrepare]:
    """Write the one document of that step for these creances of one debtor, archive it (source and PDF).

    Gives the fait to record on each, in their order.
    """
    document = _document(outils, etats, action, redacteur)
    ecrire = _courriel if action.canal is Canal.EMAIL else _lettre
    source, pdf = ecrire(outils, document)
    return [
        EnvoiPrepare(
            cle=document.cle,
            etape=action.etape.nom,
            canal=action.canal,
            jour=document.jour,
            intitule=action.etape.libelle,
            destinataire=_destinataire(etat, action.canal),
            reste=etat.solde,
            pdf=pdf,
            source=source,
            groupe=tuple(e.creance for e in etats) if len(etats) > 1 else (),
        )
        for etat in etats
    ]


def _document(outils: Outils, etats: tuple[Etat, ...], action: Preparer, redacteur: str) -> _Document:
    jour = outils.clock.jour()
    etape = adapter(action.etape, etats, jour)
    commune = len(etats) > 1
    return _Document(
        etats=etats,
        etape=etape,
        canal=action.canal,
        cle=cle_commune(action.etape.nom, action.canal, etats) if commune else action.cle,
        contexte=_contexte(outils, etats, etape, action.canal, jour),
        jour=jour,
        redacteur=redacteur,
    )


def adapter(etape: Etape, etats: Sequence[Etat], jour: date) -> Etape:
    """That step in the words meant for this debtor, for how late and how much the invoices are together."""
    retard = max((jour - etat.facture.echeance).days for etat in etats)
    return etape.adaptee(etats[0].facture.debiteur.genre, retard, sum((e.solde for e in etats), ZERO))


def _contexte(outils: Outils, etats: Sequence[Etat], etape: Etape, canal: Canal, jour: date) -> Contexte:
    creances = [(etat, decompte_de(outils, etat, jour)) for etat in etats]
    scenario = scenario_de(outils, etats[0])
    return contexte_courrier(
        creances,
        etape,
        canal,
        outils.creancier,
        jour,
        langue=LANGUES[scenario.langue],
        libelles=scenario.libelles_lettre,
    )


def envoyer(outils: Outils, etat: Etat, action: Envoyer) -> EnvoiFait:
    """Hand the archived document to its carrier, and give the fait to record.

    After a crash between the two: an e-mail goes again with the same Message-ID, a letter lands in the
    print tray under the same name, so nothing is made twice.
    """
    prepare, jour = action.envoi.prepare, outils.clock.jour()
    if prepare.canal is Canal.EMAIL:
        preuve = outils.messagerie.envoyer(lire_archive(outils, prepare.source))
        return EnvoiFait(cle=prepare.cle, jour=jour, preuve=preuve)
    remise = _poste(outils, etat, action.envoi).remettre(_a_remettre(outils, etat, prepare))
    return EnvoiFait(
        cle=prepare.cle,
        jour=jour,
        preuve=remise.phrase,
        transporteur=remise.transporteur,
        reference=remise.reference,
        reponse=_reponse(outils, etat, remise),
    )


def nom_du_pli(creance: str, prepare: EnvoiPrepare) -> str:
    """The name under which a carrier gets that letter from the run of that creance, unique for ever."""
    return f"{prepare.jour:%Y-%m-%d}_{creance}_{prepare.cle.replace(':', '_')}"


def transporteur(outils: Outils, etat: Etat, prepare: EnvoiPrepare) -> str:
    """The name of the carrier that document would be given to; empty for the tray, or an e-mail."""
    return "" if prepare.canal is Canal.EMAIL else _choisi(outils, etat, prepare).nom


def _poste(outils: Outils, etat: Etat, envoi: Envoi) -> Poste:
    """The carrier of that letter. Raises RemiseIncertaine when another may hold it since the settings changed."""
    choisi = _choisi(outils, etat, envoi.prepare)
    if envoi.tentee is not None and envoi.tentee.transporteur != choisi.nom:
        avant = envoi.tentee.transporteur or "la poste, par le bac d'impression"
        raise RemiseIncertaine(
            f"la lettre a d'abord été proposée à {avant}, avant un changement de réglage : vérifiez si elle y est"
        )
    return choisi


def _choisi(outils: Outils, etat: Etat, prepare: EnvoiPrepare) -> Poste:
    """Paper by hand, unless a carrier is set for registered letters and may be used for this debtor."""
    recommande, debiteur = outils.recommande, etat.facture.debiteur
    if prepare.canal is not Canal.LRAR or recommande is None:
        return outils.poste
    if not recommande.electronique:
        return recommande if recommande.dessert(debiteur.adresse.pays) else outils.poste
    accord = debiteur.consentement_lre is not None and debiteur.consentement_lre <= prepare.jour
    papier = obstacle_lre(debiteur, accord) or _revenue_d_un_transporteur(etat, prepare.jour)
    return outils.poste if papier else recommande


def _revenue_d_un_transporteur(etat: Etat, jour: date) -> bool:
    """Whether a carrier had already failed to find the debtor on that day: his e-mail may be the wrong one.

    Judged on the day of the letter, so that handing it over again makes the same choice.
    """
    confies = (envoi for envoi in etat.envois.values() if envoi.fait and envoi.fait.transporteur)
    return any(a.issue is IssuePli.NPAI and a.jour <= jour for envoi in confies for a in envoi.accuses)


def _a_remettre(outils: Outils, etat: Etat, prepare: EnvoiPrepare) -> Lettre:
    debiteur, creancier = etat.facture.debiteur, outils.creancier
    return Lettre(
        nom=nom_du_pli(etat.creance, prepare),
        intitule=f"{prepare.intitule} – {etat.facture.numero}",
        pdf=lire_archive(outils, prepare.pdf),
        recommandee=prepare.canal is Canal.LRAR,
        destinataire=(debiteur.denomination, *enveloppe(debiteur.adresse)),
        expediteur=(creancier.denomination, *enveloppe(creancier.siege)),
        pays=debiteur.adresse.pays,
        email=debiteur.email or "",
        professionnel=debiteur.genre is not Genre.PARTICULIER,
    )


def _reponse(outils: Outils, etat: Etat, remise: Remise) -> Archive | None:
    if not remise.reponse:
        return None
    unique = hashlib.sha256(remise.reponse).hexdigest()[:12]
    return archiver(outils, f"creances/{etat.creance}/recus/remise-{unique}.json", remise.reponse)


def mentions_absentes(outils: Outils, etat: Etat, envoi: Envoi) -> tuple[Manquement, ...]:
    """What a prepared letter lacks: a person reads it before approving."""
    return manquements_de(outils, etat, envoi, outils.rendu.texte(lire_archive(outils, envoi.prepare.source)))


def manquements_de(outils: Outils, etat: Etat, envoi: Envoi, texte: str) -> tuple[Manquement, ...]:
    """What that text lacks or must not say in the place of that prepared document."""
    prepare = envoi.prepare
    etape = scenario_de(outils, etat).etape(prepare.etape)
    etats = [etat, *(lire_etat(outils, creance) for creance in prepare.groupe if creance != etat.creance)]
    contexte = _contexte(outils, etats, adapter(etape, etats, prepare.jour), prepare.canal, prepare.jour)
    return manquements(outils, etape, prepare.canal, texte, contexte, prepare.jour)


def script_d_appel(outils: Outils, etat: Etat, etape: Etape) -> str:
    """What to say on the telephone, for that step. Raises ErreurRendu when something forbidden is in it."""
    jour = outils.clock.jour()
    contexte = _contexte(outils, [etat], adapter(etape, [etat], jour), Canal.EMAIL, jour)
    assert etape.script is not None
    sujet, corps = outils.texte.rendre(etape.script, contexte)
    trouves = manquements(outils, etape, Canal.EMAIL, f"{sujet}\n{corps}", contexte, jour)
    refuser_interdites(f"templates/{etape.script}.txt", trouves)
    return corps


def _destinataire(etat: Etat, canal: Canal) -> str:
    debiteur = etat.facture.debiteur
    if canal is Canal.EMAIL:
        return debiteur.email or ""
    return ", ".join((debiteur.denomination, *enveloppe(debiteur.adresse)))


def _lettre(outils: Outils, document: _Document) -> tuple[Archive, Archive]:
    source = archiver_une_fois(outils, f"{document.base}.docx", lambda: _docx_permis(outils, document))
    docx = lire_archive(outils, source)
    return source, archiver_une_fois(outils, f"{document.base}.pdf", lambda: outils.convertisseur.pdf(docx))


def _docx_permis(outils: Outils, document: _Document) -> bytes:
    """The Word file, once nothing forbidden is found in it."""
    modele = document.etape.lettre
    assert modele is not None
    docx = outils.rendu.rendre(modele, document.contexte)
    _refuser_interdites(outils, document, f"templates/{modele}.docx", outils.rendu.texte(docx))
    return docx


def _refuser_interdites(outils: Outils, document: _Document, modele: str, texte: str) -> None:
    trouves = manquements(outils, document.etape, document.canal, texte, document.contexte, document.jour)
    refuser_interdites(modele, trouves)


def _courriel(outils: Outils, document: _Document) -> tuple[Archive, Archive]:
    modele, premier = document.etape.courriel, document.etats[0]
    assert modele is not None
    sujet, corps = outils.texte.rendre(modele, document.contexte)
    _refuser_interdites(outils, document, f"templates/{modele}.txt", f"{sujet}\n{corps}")
    courriel = Courriel(
        destinataire=premier.facture.debiteur.email or "",
        sujet=sujet,
        corps=corps,
        pieces=tuple(_copies_des_factures(outils, document.etats)),
        message_id=_message_id(outils, premier, document.cle),
        instant=outils.clock.now(),
        html=outils.mise_en_page.html(
            sujet, corps, document.contexte["creancier"], scenario_de(outils, premier).langue
        ),
    )
    base = document.base
    source = archiver_une_fois(outils, f"{base}.eml", lambda: outils.messagerie.composer(courriel))
    parti = courriel._replace(instant=_date(lire_archive(outils, source)))
    copie = outils.rendu.rendre("dossier/courriel", _contexte_copie(outils, parti))
    return source, archiver_une_fois(outils, f"{base}.pdf", lambda: outils.convertisseur.pdf(copie))


def _date(eml: bytes) -> datetime:
    """The instant that the message bears: after a crash it is older than this one."""
    return parsedate_to_datetime(message_from_bytes(eml)["Date"])


def _copies_des_factures(outils: Outils, etats: Sequence[Etat]) -> Iterator[tuple[str, bytes]]:
    for etat in etats:
        if etat.source is not None:
            yield f"facture-{etat.creance}.pdf", lire_archive(outils, etat.source)


def _message_id(outils: Outils, etat: Etat, cle: str) -> str:
    domaine = outils.creancier.email.rpartition("@")[2]
    unique = hashlib.sha256(f"{etat.creance}\n{cle}".encode()).hexdigest()[:24]
    return f"<{unique}@{domaine}>"


def _contexte_copie(outils: Outils, courriel: Courriel) -> Contexte:
    return {
        "creancier": {"denomination": outils.creancier.denomination},
        "objet": f"Copie du courriel du {en_lettres(jour_legal(courriel.instant))}",
        "expediteur": outils.creancier.email,
        "destinataire": courriel.destinataire,
        "date": horodate(courriel.instant),
        "sujet": courriel.sujet,
        "message_id": courriel.message_id,
        "corps": courriel.corps.strip().split("\n\n"),
        "pieces": [nom for nom, _ in courriel.pieces],
    }
