"""The stories of `tests/stories/`, day by day: what people record, what the procedure must do and say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from pydantic import Field

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Adresse, Debiteur, Genre
from dossier.core.faits import Decision, GenreScan, IssuePli, Mensualite, ResultatAppel, Sens
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Montant
from dossier.core.plis import plis_suivis
from dossier.core.scenario import Scenario
from tests.core.droit.loi import CONFIG
from tests.core.vie import Vie, debiteur, evenement, facture, libelle

STORIES = Path(__file__).parents[1] / "stories"


class Donnees(Modele):
    """The invoice of the story."""

    emission: date
    echeance: date
    montant: Montant
    deja_paye: Montant = ZERO
    email: bool = True
    genre: Genre = Genre.ENTREPRISE
    pays: str = "FR"

    @property
    def debiteur(self) -> Debiteur:
        qui = debiteur(genre=self.genre)
        changes: dict[str, Any] = {} if self.email else {"email": None}
        if self.genre is Genre.PARTICULIER:
            changes |= {"siren": None, "forme": ""}
        if self.pays != "FR":
            adresse = Adresse(lignes=("1 rue du Vide",), code_postal="1000", ville="Ailleurs", pays=self.pays)
            changes |= {"siren": None, "adresse": adresse}
        return qui.model_copy(update=changes)


class Depot(Modele):
    """Posted on another day than the one on which it is recorded."""

    numero: str
    le: date


class Accuse(Modele):
    issue: IssuePli
    le: date | None = None
    presente: date | None = None
    numero: str = ""


class Nouvelle(Modele):
    """One event of a carrier."""

    le: date
    code: str
    dit: str
    sens: Sens


class Suivi(Modele):
    """What the carrier has to say that is new; it repeats the rest each time."""

    evenements: tuple[Nouvelle, ...]
    numero: str = ""
    depose: date | None = None
    definitif: bool = False


class Recherche(Modele):
    """What a person found of the debtor's address; the same one when none is given."""

    adresse: Adresse | None = None
    source: str


class Reponse(Modele):
    decision: Decision
    jusqu_au: date | None = None


class Procedure(Modele):
    publication: date | None = None
    declarer_avant: date | None = None


class Promesse(Modele):
    pour: date
    montant: Montant | None = None


class Suspension(Modele):
    motif: str
    jusqu_au: date | None = None


class Rappel(Modele):
    """A call that gave nothing, to be made again."""

    le: date


class Enregistre(Modele):
    """One thing recorded that day; exactly one of these."""

    paiement: Montant | None = None
    depot: str | Depot | None = None
    retrait: str | None = None
    suivi: Suivi | None = None
    accuse: Accuse | None = None
    reception: str | None = None
    scan: GenreScan | None = None
    adresse: Recherche | None = None
    reponse: Reponse | None = None
    appel: ResultatAppel | None = None
    avoir: Montant | None = None
    procedure_collective: Procedure | None = None
    procedure_ecartee: Literal[True] | None = None
    creance_declaree: Literal[True] | None = None
    litige: str | None = None
    litige_leve: Literal[True] | None = None
    rappel: Rappel | None = None
    promesse: Promesse | None = None
    suspension: Suspension | None = None
    reprise: Literal[True] | None = None
    paiement_annule: Montant | None = None
    scenario: str | None = None
    echeancier: tuple[Mensualite, ...] | None = None


class Jour(Modele):
    """One day of the story. On the days that are not told, nothing may leave."""

    le: date
    on_enregistre: tuple[Enregistre, ...] = ()
    il_part: tuple[str, ...] = ()
    situation: str
    plis: tuple[str, ...] | None = None
    """The table of the letters that need an eye; not looked at when it is not told."""
    attend: dict[str, str] = Field(default_factory=dict)
    """The files that wait in the inbox, and why."""


class Debut(Modele):
    """The first days of several stories."""

    jours: tuple[Jour, ...]


class Histoire(Modele):
    titre: str
    scenario: str = "standard"
    transporteur: str = ""
    facture: Donnees
    importee_le: date
    debut: str = ""
    jours: tuple[Jour, ...] = Field(min_length=2)

    @property
    def tous_les_jours(self) -> tuple[Jour, ...]:
        if not self.debut:
            return self.jours
        return (*charger(STORIES / "debuts" / f"{self.debut}.yaml", Debut).jours, *self.jours)


class Ecart(NamedTuple):
    le: date
    attendu: Any
    obtenu: Any


def noter(vie: Vie, chose: Enregistre) -> None:
    """Record it, as a form would."""
    gestes: dict[str, Callable[[Any], object]] = {
        "paiement": lambda montant: vie.payer(str(montant)),
        "depot": lambda d: vie.deposer(d.numero, d.le) if isinstance(d, Depot) else vie.deposer(d),
        "retrait": vie.retirer,
        "suivi": lambda s: suivre(vie, s),
        "accuse": lambda a: vie.recevoir(a.issue, a.presente, a.numero, a.le),
        "reception": vie.numeriser,
        "scan": vie.remettre,
        "adresse": lambda r: vie.trouver(r.adresse, r.source),
        "reponse": lambda r: vie.repondre(r.decision, r.jusqu_au),
        "appel": vie.appeler,
        "avoir": lambda montant: vie.crediter(str(montant)),
        "procedure_collective": lambda p: vie.ouvrir_procedure(p.publication, p.declarer_avant),
        "procedure_ecartee": lambda _: vie.ecarter_procedure(),
        "creance_declaree": lambda _: vie.declarer(),
        "litige": vie.contester,
        "litige_leve": lambda _: vie.lever(),
        "rappel": lambda r: vie.appeler(ResultatAppel.INJOIGNABLE, r.le),
        "promesse": lambda p: vie.promettre(p.pour, str(p.montant or "")),
        "suspension": lambda s: vie.suspendre(s.jusqu_au, s.motif),
        "reprise": lambda _: vie.reprendre(),
        "paiement_annule": lambda montant: vie.annuler(str(montant)),
        "scenario": lambda nom: vie.suivre_le_scenario(le_scenario(nom)),
        "echeancier": lambda versements: vie.accorder(*((v.jour, str(v.montant)) for v in versements)),
    }
    (nom,) = chose.model_fields_set
    gestes[nom](getattr(chose, nom))


def suivre(vie: Vie, suivi: Suivi) -> None:
    """The carrier gives all its events, the new ones last."""
    pli = vie.plis()[-1] if suivi.depose else vie.pli(suivi.numero)
    connus = pli.suivi.evenements if pli.suivi else ()
    nouveaux = (evenement(n.sens, n.le, code=n.code, libelle=n.dit) for n in suivi.evenements)
    vie.suivre(*connus, *nouveaux, numero=suivi.numero, depose=suivi.depose, definitif=suivi.definitif)


def les_plis(vie: Vie) -> tuple[str, ...]:
    """The table of the letters that need an eye, as words."""
    return tuple(
        f"{pli.numero or 'sans numéro'} : {pli.situation}"
        + (f", {pli.retard} jours de retard" if pli.retard else "")
        for pli in plis_suivis([(vie.etat, vie.scenario)], vie.jour)
    )


def le_scenario(nom: str) -> Scenario:
    return charger(CONFIG / "scenarios" / f"{nom}.yaml", Scenario)


def commencer(histoire: Histoire) -> Vie:
    donnees = histoire.facture
    la_facture = facture(
        emission=donnees.emission,
        echeance=donnees.echeance,
        montant_ttc=donnees.montant,
        deja_paye=donnees.deja_paye,
        debiteur=donnees.debiteur,
    )
    return Vie(histoire.importee_le, la_facture, le_scenario(histoire.scenario), histoire.transporteur)


def jouer(histoire: Histoire) -> list[Ecart]:
    """Live the story; gives what did not happen as told."""
    vie = commencer(histoire)
    ecarts: list[Ecart] = []
    for jour in histoire.tous_les_jours:
        if jour.le > vie.jour:
            vie.aller(jour.le - timedelta(days=1))
        ecarts += [Ecart(quand, "rien", texte) for quand, texte in vie.evenements]
        vie.evenements.clear()
        vie.jour = jour.le
        for chose in jour.on_enregistre:
            noter(vie, chose)
        ecarts += _ecarts(vie, jour)
        vie.evenements.clear()
    return ecarts


def _ecarts(vie: Vie, jour: Jour) -> list[Ecart]:
    situation = libelle(vie.agir())
    compares: list[tuple[Any, Any]] = [
        (jour.il_part, tuple(vie.partis())),
        (jour.situation, situation),
        (jour.attend, vie.boite),
        (jour.plis, les_plis(vie) if jour.plis is not None else None),
    ]
    return [Ecart(jour.le, attendu, obtenu) for attendu, obtenu in compares if attendu != obtenu]


@pytest.mark.parametrize("fichier", sorted(STORIES.glob("*.yaml")), ids=lambda f: f.stem)
def test_l_histoire_se_passe_comme_elle_est_ecrite(fichier: Path) -> None:
    assert jouer(charger(fichier, Histoire)) == []


def test_une_histoire_fausse_se_voit() -> None:
    histoire = charger(min(STORIES.glob("*.yaml")), Histoire)
    premier, *suite = histoire.jours
    plus_chere = histoire.facture.model_copy(update={"deja_paye": histoire.facture.montant - Decimal(1)})
    autre = premier.model_copy(update={"situation": "tout autre chose"})
    sans = histoire.model_copy(update={"jours": (premier, *suite[2:])})
    assert jouer(histoire.model_copy(update={"jours": (autre, *suite)}))
    assert jouer(sans), "un envoi qui n'est pas raconté est un écart"
    assert jouer(histoire.model_copy(update={"facture": plus_chere})) == [], "le montant n'y change rien"


@pytest.mark.parametrize("faux", [{"plis": ("1A0 : perdu",)}, {"attend": {"a.pdf": "rien"}}])
def test_un_tableau_ou_une_boite_faux_se_voient(faux: dict[str, Any]) -> None:
    histoire = charger(STORIES / "28-deux-lettres-en-route.yaml", Histoire)
    *debut, dernier = histoire.jours
    autre = histoire.model_copy(update={"jours": (*debut, dernier.model_copy(update=faux))})
    assert [ecart.le for ecart in jouer(autre)] == [dernier.le]


def test_chaque_debut_sert_a_plusieurs_histoires() -> None:
    racontees = [charger(fichier, Histoire) for fichier in STORIES.glob("*.yaml")]
    for fichier in (STORIES / "debuts").glob("*.yaml"):
        assert sum(histoire.debut == fichier.stem for histoire in racontees) > 1


def test_les_histoires_sont_trouvees() -> None:
    racontes = [charger(fichier, Histoire).scenario for fichier in STORIES.glob("*.yaml")]
    assert len(racontes) >= 32
    assert set(racontes) == {fichier.stem for fichier in (CONFIG / "scenarios").glob("*.yaml")}
