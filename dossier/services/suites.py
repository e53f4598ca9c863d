"""What follows a sealed dossier: its hand-over, the application, the order, its service, the opposition."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from pydantic import ValidationError

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres, jour_legal
from dossier.core.droit.ordonnance import Demeure, Procedure
from dossier.core.droit.territoires import pays_de, territoire
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.examen import tribunal
from dossier.core.faits import (
    Destinataire,
    DossierRecu,
    DossierTransmis,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
    SensOrdonnance,
)
from dossier.core.mots import mots
from dossier.core.suites import (
    Attente,
    Suite,
    attente,
    cumuler,
    procedure,
)
from dossier.services.creances import lire_etat
from dossier.services.formulaire import exiger_texte, garder, pas_dans_le_futur
from dossier.services.outils import Outils
from dossier.services.presse import ce_qui_presse
from dossier.services.suivies import enregistrer_sur_tous, nom_du_scelle

COMMERCE = ("commerce", "activites economiques")
"""What the name of a court holds, without its accents, where the rules of a tribunal de commerce apply."""


def transmettre(
    outils: Outils,
    facture: str,
    qualite: Destinataire,
    a: str,
    moyen: str,
    par: str,
    jour: date,
    *,
    auteur: str,
    lien_jusqu_au: datetime | None = None,
) -> str:
    """Record to whom, how and when the last version of the dossier was handed."""
    pas_dans_le_futur(outils, jour, "La date de la remise")
    a, moyen = exiger_texte(a, "à qui le dossier est remis"), exiger_texte(moyen, "comment il est remis")
    par = exiger_texte(par, "votre nom")

    def suite(etat: Etat) -> Suite:
        return DossierTransmis(
            dossier=nom_du_scelle(etat), qualite=qualite, a=a, moyen=moyen,
            lien_jusqu_au=lien_jusqu_au, par=par, jour=jour,
        )  # fmt: skip

    return enregistrer_sur_tous(outils, facture, suite, f"Remise à {a} enregistrée", auteur)


def remettre(
    outils: Outils,
    facture: str,
    qualite: Destinataire,
    a: str,
    moyen: str,
    par: str,
    jour: date,
    *,
    auteur: str,
    lien_jours: int = 0,
) -> str:
    """Record the hand-over and say where the dossier is; `lien_jours`: days of a link made for the occasion.

    Raises DonneeInvalide, also for a link longer than the store can give.
    """
    etat = lire_etat(outils, identifiant(facture))
    nom_du_scelle(etat)
    assert etat.dossier is not None
    zip_, lieu = etat.dossier.zip.cle, outils.store.lieu(etat.dossier.zip.cle)
    fin = outils.clock.now().replace(microsecond=0) + timedelta(days=lien_jours)
    ou = outils.store.lien(zip_, outils.clock.reel(fin).replace(microsecond=0)) if lien_jours else lieu
    # A folder gives the path itself: no link, so nothing that ends.
    jusqu_a = fin if ou != lieu else None
    fait = transmettre(outils, facture, qualite, a, moyen, par, jour, auteur=auteur, lien_jusqu_au=jusqu_a)
    dit = f"Lien valable jusqu'au {en_lettres(jour_legal(fin))}" if jusqu_a else "Dossier"
    return f"{fait} {dit} : {ou}"


def recu(
    outils: Outils, facture: str, de: str, jour: date, *, auteur: str, preuve: bytes | None = None
) -> str:
    """Record that who got the dossier says so."""
    pas_dans_le_futur(outils, jour, "La date de l'accusé de remise")
    de = exiger_texte(de, "qui accuse réception du dossier")
    archive = garder(outils, identifiant(facture), "accuse-de-remise", preuve)

    def suite(etat: Etat) -> Suite:
        if etat.suites.transmission is None:
            raise DonneeInvalide(
                f"Aucune remise du dossier de {etat.facture.numero} n'est enregistrée : enregistrez-la d'abord."
            )
        return DossierRecu(dossier=etat.suites.transmission.dossier, de=de, preuve=archive, jour=jour)

    return enregistrer_sur_tous(outils, facture, suite, f"Accusé de remise de {de} enregistré", auteur)


def deposer(
    outils: Outils,
    facture: str,
    juridiction: str,
    jour: date,
    *,
    auteur: str,
    numero: str = "",
    preuve: bytes | None = None,
) -> str:
    """Record that the application was filed."""
    pas_dans_le_futur(outils, jour, "La date du dépôt")
    juridiction = exiger_texte(juridiction, "le tribunal saisi")
    archive = garder(outils, identifiant(facture), "requete", preuve)

    def suite(etat: Etat) -> Suite:
        nom_du_scelle(etat)
        return RequeteDeposee(juridiction=juridiction, numero=numero.strip(), preuve=archive, jour=jour)

    return enregistrer_sur_tous(
        outils, facture, suite, f"Dépôt de la requête du {en_lettres(jour)} enregistré", auteur
    )


def ordonnance(
    outils: Outils,
    facture: str,
    sens: SensOrdonnance,
    jour: date,
    *,
    auteur: str,
    montant: Decimal | None = None,
    preuve: bytes | None = None,
) -> str:
    """Record the order, of that date; `montant`: euros ordered when only a part was."""
    pas_dans_le_futur(outils, jour, "La date de l'ordonnance")
    _exiger_le_montant(sens, montant)
    archive = garder(outils, identifiant(facture), "ordonnance", preuve)

    def suite(etat: Etat) -> Suite:
        if etat.suites.requete is None:
            raise DonneeInvalide(
                f"Le dépôt de la requête de {etat.facture.numero} n'est pas enregistré : enregistrez-le d'abord."
            )
        try:
            return OrdonnanceRendue(sens=sens, montant=montant, preuve=archive, jour=jour)
        except ValidationError as error:
            raise DonneeInvalide(
                f"La somme accordée est positive, en centimes entiers : {montant} n'en est pas une."
            ) from error

    return enregistrer_sur_tous(
        outils, facture, suite, f"Ordonnance du {en_lettres(jour)} enregistrée", auteur
    )


def signification(
    outils: Outils,
    facture: str,
    jour: date,
    *,
    a_personne: bool,
    auteur: str,
    preuve: bytes | None = None,
) -> str:
    """Record the service of the order."""
    pas_dans_le_futur(outils, jour, "La date de la signification")
    archive = garder(outils, identifiant(facture), "signification", preuve)

    def suite(etat: Etat) -> Suite:
        _exiger_l_ordonnance(etat)
        return OrdonnanceSignifiee(a_personne=a_personne, preuve=archive, jour=jour)

    return enregistrer_sur_tous(
        outils, facture, suite, f"Signification du {en_lettres(jour)} enregistrée", auteur
    )


def premier_acte(
    outils: Outils, facture: str, nature: str, jour: date, *, auteur: str, preuve: bytes | None = None
) -> str:
    """Record the first act in person, or the first seizure, after a service not made in person."""
    pas_dans_le_futur(outils, jour, "La date de l'acte")
    nature = exiger_texte(nature, "la nature de l'acte")
    archive = garder(outils, identifiant(facture), "acte", preuve)

    def suite(etat: Etat) -> Suite:
        if etat.suites.signification is None:
            raise DonneeInvalide(
                f"La signification de l'ordonnance de {etat.facture.numero} n'est pas enregistrée : "
                "enregistrez-la d'abord."
            )
        return PremierActe(nature=nature, preuve=archive, jour=jour)

    return enregistrer_sur_tous(outils, facture, suite, f"Acte du {en_lettres(jour)} enregistré", auteur)


def opposition(
    outils: Outils,
    facture: str,
    jour: date,
    *,
    auteur: str,
    notification: date | None = None,
    invitation: date | None = None,
    preuve: bytes | None = None,
) -> str:
    """Record the opposition that the greffe received on that day."""
    for quand, nom in (
        (jour, "de l'opposition"),
        (notification, "de sa notification"),
        (invitation, "de l'invitation"),
    ):
        if quand is not None:
            pas_dans_le_futur(outils, quand, f"La date {nom}")
    archive = garder(outils, identifiant(facture), "opposition", preuve)

    def suite(etat: Etat) -> Suite:
        _exiger_l_ordonnance(etat)
        return OppositionFormee(
            notification=notification, invitation_a_consigner=invitation, preuve=archive, jour=jour
        )

    return enregistrer_sur_tous(
        outils, facture, suite, f"Opposition du {en_lettres(jour)} enregistrée", auteur
    )


def attente_de(outils: Outils, etat: Etat) -> Attente:
    """What comes next for a creance whose dossier is sealed. Raises ParametreNonCouvert, DonneeInvalide.

    What was recorded since and holds or ends the claim is told first. Before the application is filed it stands
    alone; afterwards beside the legal dates, which go on.
    """
    presse = ce_qui_presse(outils, etat)
    if presse and etat.suites.requete is None:
        return cumuler(*presse)
    assert etat.dossier is not None
    suivie, jour = procedure_de(outils, etat), outils.clock.jour()
    suite = attente(etat.suites, etat.dossier.dossier, suivie, outils.droit.ordonnance, jour)
    return cumuler(*presse, suite)


def procedure_de(outils: Outils, etat: Etat) -> Procedure:
    """The dates recorded, before the court that was really seised, for a debtor who lives where he does."""
    jour = outils.clock.jour()
    saisie = (
        etat.suites.requete.juridiction
        if etat.suites.requete
        else tribunal(etat, outils.droit, jour).intitule
    )
    assert etat.dossier is not None
    return procedure(
        etat.suites,
        tribunal_de_commerce=any(mot in mots(saisie) for mot in COMMERCE),
        demeure=_demeure(outils, etat),
        montant=etat.dossier.total,
    )


def _demeure(outils: Outils, etat: Etat) -> Demeure:
    adresse, droit = etat.facture.debiteur.adresse, outils.droit
    if pays_de(adresse.code_postal, adresse.pays, droit.territoires) not in droit.juridictions.pays:
        return Demeure.ETRANGER
    lieu = territoire(adresse.code_postal, droit.territoires)
    return Demeure.OUTRE_MER if lieu is not None and lieu.outre_mer else Demeure.METROPOLE


def _exiger_l_ordonnance(etat: Etat) -> None:
    if etat.suites.ordonnance is None or etat.suites.ordonnance.sens is SensOrdonnance.REJETEE:
        raise DonneeInvalide(
            f"Aucune ordonnance favorable n'est enregistrée sur {etat.facture.numero} : enregistrez-la d'abord."
        )


def _exiger_le_montant(sens: SensOrdonnance, montant: Decimal | None) -> None:
    """Raises DonneeInvalide unless the sum is given when, and only when, a part was ordered."""
    partielle = sens is SensOrdonnance.PARTIELLE
    if partielle and montant is None:
        raise DonneeInvalide("Indiquez la somme que l'ordonnance accorde : elle n'accueille qu'une partie.")
    if not partielle and montant is not None:
        raise DonneeInvalide(
            "N'indiquez de somme que si l'ordonnance n'accueille qu'une partie de la demande."
        )
