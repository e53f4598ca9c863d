"""Where a claim stands once its dossier is sealed, and what must be done next, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from dossier.core.dates import en_chiffres
from dossier.core.droit.calendrier import EN_FACE, Devoir, exiger_l_ordre
from dossier.core.droit.ordonnance import Demeure, Procedure, ReglesOrdonnance, calendrier
from dossier.core.faits import (
    DossierRecu,
    DossierTransmis,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
    SensOrdonnance,
)

Suite = (
    DossierTransmis
    | DossierRecu
    | RequeteDeposee
    | OrdonnanceRendue
    | OrdonnanceSignifiee
    | PremierActe
    | OppositionFormee
)
CHOIX = "elle n'accorde qu'une partie : la signifier, c'est l'accepter ; sinon, assigner (CPC, art. 1409)"
SCELLEMENT = "le scellement du dossier"
UN_JOUR = timedelta(days=1)
RAPPEL = timedelta(days=7)
AVANCE = timedelta(days=30)
"""How long before a legal last day staff are reminded of it every week."""
SANS_NOUVELLE = timedelta(days=30)
"""How long a filed application may stay without an answer before someone asks the greffe."""
LOIN = timedelta(days=365)
"""A last day further than this, that of the title itself, hides nothing that may be done before."""


@dataclass(frozen=True)
class Suites:
    """What was recorded since the sealing; the last word counts."""

    transmission: DossierTransmis | None = None
    reception: DossierRecu | None = None
    requete: RequeteDeposee | None = None
    ordonnance: OrdonnanceRendue | None = None
    signification: OrdonnanceSignifiee | None = None
    premier_acte: PremierActe | None = None
    opposition: OppositionFormee | None = None

    def avec(self, suite: Suite) -> Suites:
        """With that further event; what is already known changes nothing.

        An order of another day or another sense takes back what followed the former one; so does, with the
        order itself, an application filed after it (CPC, art. 1411); another hand-over, its acknowledgement.
        """
        champ = _CHAMPS[type(suite)]
        if getattr(self, champ) == suite:
            return self
        nouvelle: dict[str, Any] = {champ: suite, **dict.fromkeys(self._repris(suite))}
        return replace(self, **nouvelle)

    @property
    def titre(self) -> bool:
        """Whether an order gives, beside the claim, its interest and its costs (CPC, art. 1409)."""
        return self.ordonnance is not None and self.ordonnance.sens is not SensOrdonnance.REJETEE

    def _repris(self, suite: Suite) -> tuple[str, ...]:
        """What that event makes vain."""
        rendue = self.ordonnance
        if isinstance(suite, DossierTransmis):
            return ("reception",)
        if isinstance(suite, RequeteDeposee) and rendue is not None and suite.jour > rendue.jour:
            return ("ordonnance", *_APRES_L_ORDONNANCE)
        if isinstance(suite, OrdonnanceRendue) and rendue is not None:
            meme = (suite.jour, suite.sens) == (rendue.jour, rendue.sens)
            return () if meme else _APRES_L_ORDONNANCE
        return ()


_APRES_L_ORDONNANCE = ("signification", "premier_acte", "opposition")
_CHAMPS: dict[type, str] = {
    DossierTransmis: "transmission",
    DossierRecu: "reception",
    RequeteDeposee: "requete",
    OrdonnanceRendue: "ordonnance",
    OrdonnanceSignifiee: "signification",
    PremierActe: "premier_acte",
    OppositionFormee: "opposition",
}


class Attente(NamedTuple):
    """What comes next: nothing before `jusqu_a` unless a fait arrives."""

    jusqu_a: date
    libelle: str
    a_faire: bool
    """Whether the creditor, or someone for him, must act; otherwise one waits."""


def exiger_des_dates_qui_se_suivent(scellements: Mapping[str, date], suites: Suites) -> None:
    """Raises DonneeInvalide when one of these events comes before another that must precede it.

    `scellements`: the day on which each version of the dossier was sealed, by its name. What is handed over
    is one of them; what was filed may be any.
    """
    connus = {nom: getattr(suite, "jour", None) for nom, suite in vars(suites).items()}
    signifiee, opposee = (
        ("la signification", connus["signification"]),
        ("l'opposition", connus["opposition"]),
    )
    remis = suites.transmission.dossier if suites.transmission else ""
    exiger_l_ordre(
        (SCELLEMENT, scellements.get(remis)),
        ("la remise", connus["transmission"]),
        ("l'accusé de remise", connus["reception"]),
    )
    exiger_l_ordre(
        (SCELLEMENT, min(scellements.values())),
        ("le dépôt de la requête", connus["requete"]),
        ("l'ordonnance", connus["ordonnance"]),
        signifiee,
        opposee,
    )
    exiger_l_ordre(signifiee, ("l'acte", connus["premier_acte"]))
    if suites.opposition is not None:
        exiger_l_ordre(opposee, ("sa notification", suites.opposition.notification))
        exiger_l_ordre(opposee, ("l'invitation à consigner", suites.opposition.invitation_a_consigner))


def procedure(suites: Suites, *, tribunal_de_commerce: bool, demeure: Demeure, montant: Decimal) -> Procedure:
    """The dates of the procedure, as the calendar of the law takes them. `montant`: euros claimed."""
    rendue, signifiee, opposee = suites.ordonnance, suites.signification, suites.opposition
    return Procedure(
        depot=suites.requete.jour if suites.requete else None,
        ordonnance=rendue.jour if rendue else None,
        signification=signifiee.jour if signifiee else None,
        a_personne=signifiee.a_personne if signifiee else False,
        premier_acte=suites.premier_acte.jour if suites.premier_acte else None,
        opposition=opposee.jour if opposee else None,
        notification_opposition=opposee.notification if opposee else None,
        invitation_a_consigner=opposee.invitation_a_consigner if opposee else None,
        tribunal_de_commerce=tribunal_de_commerce,
        demeure=demeure,
        montant=montant,
    )


def cumuler(*attentes: Attente) -> Attente:
    """All of them at once: the nearest day, every label, and whether any of them asks to act."""
    return Attente(
        min(attente.jusqu_a for attente in attentes),
        " ; ".join(attente.libelle for attente in attentes),
        a_faire=any(attente.a_faire for attente in attentes),
    )


def attente(suites: Suites, dossier: str, suivie: Procedure, regles: ReglesOrdonnance, jour: date) -> Attente:
    """What comes next on that day, with its legal date, for `dossier`, the last version sealed.

    Raises ParametreNonCouvert, DonneeInvalide.
    """
    if suites.requete is None and suites.ordonnance is None:
        return _avant_le_depot(suites, dossier, jour)
    suite = _apres_le_depot(suites, suivie, regles, jour)
    return suite if _remise(suites, dossier) else cumuler(suite, _a_remettre(dossier, jour))


def _remise(suites: Suites, dossier: str) -> bool:
    """Whether nobody holds a version that a later one replaces."""
    return suites.transmission is None or suites.transmission.dossier == dossier


def _a_remettre(dossier: str, jour: date) -> Attente:
    version = dossier.rpartition("-v")[2]
    nomme = f"Dossier v{version}" if version.isdigit() and version != "1" else "Dossier"
    return Attente(jour + RAPPEL, f"{nomme} scellé, à remettre", a_faire=True)


def _apres_le_depot(suites: Suites, suivie: Procedure, regles: ReglesOrdonnance, jour: date) -> Attente:
    sens = suites.ordonnance.sens if suites.ordonnance else None
    if sens is SensOrdonnance.REJETEE:
        return Attente(jour + RAPPEL, "Requête rejetée : assigner au fond, ou abandonner", a_faire=True)
    devoirs = calendrier(suivie, regles)
    acte = _a_faire(devoirs, jour)
    if suites.opposition is not None:
        return acte or _apres_l_opposition(suites.opposition, suivie, devoirs, jour)
    if acte is not None and sens is SensOrdonnance.PARTIELLE and suites.signification is None:
        return acte._replace(libelle=f"{acte.libelle} ; {CHOIX}")
    return (
        acte
        or _manque(suites, devoirs, jour)
        or _titre_eteint(suivie, regles, jour)
        or _en_face(devoirs, jour)
        or _ouvert(devoirs, jour)
        or _sans_nouvelle(suites, jour)
    )


def _avant_le_depot(suites: Suites, dossier: str, jour: date) -> Attente:
    remis = suites.transmission
    if remis is None or remis.dossier != dossier:
        return _a_remettre(dossier, jour)
    if suites.reception is None:
        libelle = f"Dossier remis à {remis.a} le {en_chiffres(remis.jour)}, accusé de remise attendu"
        return Attente(jour + RAPPEL, libelle, a_faire=True)
    libelle = f"Dossier reçu par {suites.reception.de}, dépôt de la requête attendu"
    return Attente(jour + SANS_NOUVELLE, libelle, a_faire=False)


def _a_faire(devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """The first dated act of the creditor's side that may still be done in time."""
    for devoir in devoirs:
        if devoir.qui in EN_FACE or devoir.cible is None or devoir.limite is None:
            continue
        pas_encore = devoir.a_partir_de is not None and devoir.a_partir_de > jour
        if pas_encore or not jour <= devoir.limite <= jour + LOIN:
            continue
        if jour > devoir.cible:
            libelle = f"{devoir.libelle}, dernier jour le {en_chiffres(devoir.limite)}"
            return Attente(devoir.limite + UN_JOUR, libelle, a_faire=True)
        reprise = max(devoir.cible - AVANCE, min(jour + RAPPEL, devoir.cible + UN_JOUR))
        return Attente(reprise, f"{devoir.libelle} avant le {en_chiffres(devoir.cible)}", a_faire=True)
    return None


def _manque(suites: Suites, devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """An order that was not served in time, or was served too late, is worth nothing (CPC, art. 1411)."""
    if suites.ordonnance is None:
        return None
    if suites.signification is None:
        libelle = "Ordonnance non avenue : elle n'a pas été signifiée à temps"
        return Attente(jour + RAPPEL, libelle, a_faire=True)
    if len(devoirs) == 1:
        return Attente(jour + RAPPEL, devoirs[0].libelle, a_faire=True)
    return None


def _titre_eteint(suivie: Procedure, regles: ReglesOrdonnance, jour: date) -> Attente | None:
    """Ten years after the order it can no longer be enforced (CPCE, art. L111-4), unless an act began them anew."""
    if suivie.ordonnance is None:
        return None
    limite = regles.titre.duree.fin(suivie.ordonnance)
    if jour <= limite:
        return None
    libelle = (
        f"Titre de plus de dix ans, éteint depuis le {en_chiffres(limite)} sauf acte d'exécution : à vérifier"
    )
    return Attente(jour + SANS_NOUVELLE, libelle, a_faire=True)


def _en_face(devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """What the debtor or the greffe may still do: one waits for its last day."""
    ouverts = (d for d in devoirs if d.qui in EN_FACE and d.limite is not None and d.limite >= jour)
    devoir = next(ouverts, None)
    if devoir is None or devoir.limite is None:
        return None
    libelle = f"{devoir.libelle} : jusqu'au {en_chiffres(devoir.limite)}"
    return Attente(devoir.limite + UN_JOUR, libelle, a_faire=False)


def _ouvert(devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """What may be done from a day on: the first that is open, or the first that will be."""
    dates = [(d.a_partir_de, d.libelle) for d in devoirs if d.a_partir_de is not None and d.limite is None]
    ouvertes = [(depuis, libelle) for depuis, libelle in dates if depuis <= jour]
    if ouvertes:
        depuis, libelle = ouvertes[0]
        return Attente(
            jour + SANS_NOUVELLE, f"{libelle}, possible depuis le {en_chiffres(depuis)}", a_faire=True
        )
    if dates:
        depuis, libelle = dates[0]
        return Attente(depuis, f"{libelle} à partir du {en_chiffres(depuis)}", a_faire=False)
    return None


def _apres_l_opposition(
    opposition: OppositionFormee, suivie: Procedure, devoirs: Sequence[Devoir], jour: date
) -> Attente:
    """The greffe's notice as long as it may come, then the hearing, and all that has no last day.

    Every week while the day from which the creditor's own time runs is not known, which may end it all.
    """
    if opposition.notification is None and (avis := _en_face(devoirs, jour)):
        return avis
    depart = opposition.invitation_a_consigner if suivie.tribunal_de_commerce else opposition.notification
    restent = " ; ".join(d.libelle for d in devoirs if d.limite is None)
    libelle = f"Opposition du {en_chiffres(opposition.jour)}, audience à suivre : {restent}"
    return Attente(jour + (SANS_NOUVELLE if depart else RAPPEL), libelle, a_faire=True)


def _sans_nouvelle(suites: Suites, jour: date) -> Attente:
    assert suites.requete is not None
    libelle = f"Requête déposée le {en_chiffres(suites.requete.jour)}, ordonnance attendue"
    return Attente(jour + SANS_NOUVELLE, libelle, a_faire=False)
