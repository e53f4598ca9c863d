"""Where the debtor is: a new address, or the same one confirmed, for all that the debtor owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dossier.core.creance import Adresse, identifiant
from dossier.core.dates import en_lettres
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import AdresseVerifiee, Canal, Contenu, EnvoiRetire, EnvoiSignale
from dossier.core.langues import en_nombre
from dossier.core.pays import enveloppe
from dossier.services.creances import insister, lire_etat
from dossier.services.formulaire import exiger_ouverte, exiger_texte, garder
from dossier.services.outils import Outils

MOTIF = "adresse du débiteur changée"


def verifier_adresse(
    outils: Outils,
    facture: str,
    adresse: Adresse,
    source: str,
    par: str,
    *,
    auteur: str,
    preuve: bytes | None = None,
) -> str:
    """Record where the debtor of that invoice is, on all that is open against that debtor.

    `source` says where it was read (register, Kbis, the debtor). Letters that wait with another address are
    written anew; printed ones are signalled to who posts them. A mise en demeure that came back from a wrong
    address (NPAI) will be sent again. Raises DonneeInvalide.
    """
    source, par = exiger_texte(source, "où cette adresse a été trouvée"), exiger_texte(par, "votre nom")
    creance = identifiant(facture)
    archive = garder(outils, creance, "adresse", preuve)
    verifiee = AdresseVerifiee(
        adresse=adresse, source=source, par=par, preuve=archive, jour=outils.clock.jour()
    )
    return insister(lambda: _enregistrer(outils, creance, verifiee, auteur))


def _enregistrer(outils: Outils, creance: str, verifiee: AdresseVerifiee, auteur: str) -> str:
    premier = lire_etat(outils, creance)
    exiger_ouverte(premier)
    autres = (o.creance for o in outils.journal.creances(premier.debiteur) if o.creance != creance)
    etats = [premier, *(lire_etat(outils, autre) for autre in autres)]
    ecrits = {etat.creance: contenus for etat in etats if (contenus := _suite(etat, verifiee))}
    dite = f"{premier.facture.debiteur.denomination} : {', '.join(enveloppe(verifiee.adresse))}"
    if not ecrits:
        return f"Adresse déjà enregistrée pour {dite} : rien n'a changé."
    attendus = {etat.creance: etat.numero for etat in etats if etat.creance in ecrits}
    outils.journal.ajouter(ecrits, attendus, auteur=auteur, instant=outils.clock.now())
    enregistree = f"Adresse enregistrée sur {en_nombre(len(ecrits), 'créance')} de {dite}."
    return enregistree + _a_arreter(ecrits, {etat.creance: etat for etat in etats})


def _a_arreter(ecrits: Mapping[str, Sequence[Contenu]], etats: Mapping[str, Etat]) -> str:
    """What a person must do with the letters already out under another address; a common one is named once."""
    signales = {
        contenu.cle: etats[creance].envois[contenu.cle].prepare
        for creance, contenus in ecrits.items()
        for contenu in contenus
        if isinstance(contenu, EnvoiSignale)
    }
    if not signales:
        return ""
    noms = ", ".join(f"« {prepare.intitule} » du {en_lettres(prepare.jour)}" for prepare in signales.values())
    return f" Déjà imprimée ou confiée avec une autre adresse : {noms} ; ne la postez pas, retirez-la."


def _suite(etat: Etat, verifiee: AdresseVerifiee) -> Sequence[Contenu]:
    """What that address changes for one creance; nothing when it is closed or knew it already."""
    revenu = any(envoi.revenu_sans_adresse for envoi in etat.envois.values())
    meme = etat.facture.debiteur.adresse == verifiee.adresse
    if etat.fin is not None or (meme and not revenu and _deja_dite(etat, verifiee)):
        return []
    a_refaire = [] if meme else [_perime(envoi, verifiee.jour) for envoi in _en_attente(etat)]
    return [verifiee, *a_refaire]


def _deja_dite(etat: Etat, verifiee: AdresseVerifiee) -> bool:
    """Whether the last word on the address was this very one: a form sent twice, without a new proof."""
    dite, preuve = etat.adresse, verifiee.preuve
    if dite is None or (dite.adresse, dite.source) != (verifiee.adresse, verifiee.source):
        return False
    return preuve is None or (dite.preuve is not None and dite.preuve.empreinte == preuve.empreinte)


def _en_attente(etat: Etat) -> list[Envoi]:
    """The letters that bear the address and have not left; one whose notice is back has."""
    postaux = (envoi for envoi in etat.envois.values() if envoi.prepare.canal is not Canal.EMAIL)
    return [e for e in postaux if e.depart is None and e.retire is None and e.accuse is None]


def _perime(envoi: Envoi, jour: date) -> EnvoiRetire | EnvoiSignale:
    imprime = envoi.tentee is not None or envoi.fait is not None
    peut_etre_parti = imprime and envoi.prepare.canal is Canal.LRAR
    genre = EnvoiSignale if peut_etre_parti else EnvoiRetire
    return genre(cle=envoi.prepare.cle, motif=MOTIF, jour=jour)
