"""Letters and e-mails: written and archived first, sent after, each recorded."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime

from dossier.core.courriers import Contexte, contexte_courrier
from dossier.core.dates import en_lettres, horodate, jour_legal
from dossier.core.decision import Envoyer, Preparer
from dossier.core.droit.mentions import Manquement
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Archive, Canal, EnvoiFait, EnvoiPrepare
from dossier.core.ports import Courriel
from dossier.core.scenario import Etape
from dossier.services.archives import archiver_une_fois, lire_archive
from dossier.services.creances import decompte_de
from dossier.services.mentions import manquements, refuser_interdites
from dossier.services.outils import Outils


def preparer(outils: Outils, etat: Etat, action: Preparer) -> EnvoiPrepare:
    """Write the document of that step, archive it (source and PDF), and give the fait to record."""
    jour = outils.clock.jour()
    decompte = decompte_de(outils, etat, jour)
    contexte = contexte_courrier(etat, action.etape, action.canal, outils.creancier, decompte, jour)
    # The number of faits is in the key: what was begun before a payment is never taken up after it.
    nom = f"{action.cle.replace(':', '_')}-{jour}-{etat.numero}"
    base = f"creances/{etat.creance}/envois/{nom}"
    if action.canal is Canal.EMAIL:
        source, pdf = _courriel(outils, etat, action, contexte, base)
    else:
        source, pdf = _lettre(outils, action, contexte, base, jour)
    return EnvoiPrepare(
        cle=action.cle,
        etape=action.etape.nom,
        canal=action.canal,
        jour=jour,
        intitule=action.etape.libelle,
        destinataire=_destinataire(etat, action.canal),
        reste=etat.solde,
        pdf=pdf,
        source=source,
    )


def envoyer(outils: Outils, etat: Etat, action: Envoyer) -> EnvoiFait:
    """Hand the archived document to its carrier, and give the fait to record.

    After a crash between the two: an e-mail goes again with the same Message-ID, a letter lands in the
    print tray under the same name, so nothing is made twice.
    """
    prepare = action.envoi.prepare
    if prepare.canal is Canal.EMAIL:
        preuve = outils.messagerie.envoyer(lire_archive(outils, prepare.source))
    else:
        nom = f"{prepare.jour:%Y-%m-%d}_{etat.creance}_{prepare.cle.replace(':', '_')}.pdf"
        preuve = outils.poste.remettre(nom, lire_archive(outils, prepare.pdf))
    return EnvoiFait(cle=prepare.cle, jour=outils.clock.jour(), preuve=preuve)


def mentions_absentes(outils: Outils, etat: Etat, etape: Etape, envoi: Envoi) -> tuple[Manquement, ...]:
    """What a prepared letter lacks: a person reads it before approving."""
    prepare = envoi.prepare
    decompte = decompte_de(outils, etat, prepare.jour)
    contexte = contexte_courrier(etat, etape, prepare.canal, outils.creancier, decompte, prepare.jour)
    texte = outils.rendu.texte(lire_archive(outils, prepare.source))
    return manquements(outils, etape, prepare.canal, texte, contexte, prepare.jour)


def script_d_appel(outils: Outils, etat: Etat, etape: Etape) -> str:
    """What to say on the telephone, for that step."""
    jour = outils.clock.jour()
    decompte = decompte_de(outils, etat, jour)
    contexte = contexte_courrier(etat, etape, Canal.EMAIL, outils.creancier, decompte, jour)
    assert etape.script is not None
    _, corps = outils.texte.rendre(etape.script, contexte)
    return corps


def _destinataire(etat: Etat, canal: Canal) -> str:
    debiteur = etat.facture.debiteur
    if canal is Canal.EMAIL:
        return debiteur.email or ""
    return ", ".join((debiteur.denomination, *debiteur.adresse.bloc))


def _lettre(
    outils: Outils, action: Preparer, contexte: Contexte, base: str, jour: date
) -> tuple[Archive, Archive]:
    source = archiver_une_fois(outils, f"{base}.docx", lambda: _docx_permis(outils, action, contexte, jour))
    docx = lire_archive(outils, source)
    return source, archiver_une_fois(outils, f"{base}.pdf", lambda: outils.convertisseur.pdf(docx))


def _docx_permis(outils: Outils, action: Preparer, contexte: Contexte, jour: date) -> bytes:
    """The Word file, once nothing forbidden is found in it."""
    etape, modele = action.etape, action.etape.lettre
    assert modele is not None
    docx = outils.rendu.rendre(modele, contexte)
    trouves = manquements(outils, etape, action.canal, outils.rendu.texte(docx), contexte, jour)
    refuser_interdites(f"templates/{modele}.docx", trouves)
    return docx


def _courriel(
    outils: Outils, etat: Etat, action: Preparer, contexte: Contexte, base: str
) -> tuple[Archive, Archive]:
    modele = action.etape.courriel
    assert modele is not None
    sujet, corps = outils.texte.rendre(modele, contexte)
    ecrit, jour = f"{sujet}\n{corps}", outils.clock.jour()
    trouves = manquements(outils, action.etape, action.canal, ecrit, contexte, jour)
    refuser_interdites(f"templates/{modele}.txt", trouves)
    courriel = Courriel(
        destinataire=etat.facture.debiteur.email or "",
        sujet=sujet,
        corps=corps,
        pieces=_copie_de_la_facture(outils, etat),
        message_id=_message_id(outils, etat, action.cle),
        instant=outils.clock.now(),
    )
    source = archiver_une_fois(outils, f"{base}.eml", lambda: outils.messagerie.composer(courriel))
    parti = courriel._replace(instant=_date(lire_archive(outils, source)))
    copie = outils.rendu.rendre("dossier/courriel", _contexte_copie(outils, parti))
    return source, archiver_une_fois(outils, f"{base}.pdf", lambda: outils.convertisseur.pdf(copie))


def _date(eml: bytes) -> datetime:
    """The instant that the message bears: after a crash it is older than this one."""
    return parsedate_to_datetime(message_from_bytes(eml)["Date"])


def _copie_de_la_facture(outils: Outils, etat: Etat) -> tuple[tuple[str, bytes], ...]:
    if etat.source is None:
        return ()
    return ((f"facture-{etat.creance}.pdf", lire_archive(outils, etat.source)),)


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
