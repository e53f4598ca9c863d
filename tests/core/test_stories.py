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
from dossier.core.faits import Decision, IssuePli, Mensualite, ResultatAppel
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Montant
from dossier.core.scenario import Scenario
from tests.core.droit.loi import CONFIG
from tests.core.vie import Vie, debiteur, facture, libelle

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


class Accuse(Modele):
    issue: IssuePli
    presente: date | None = None


class Reponse(Modele):
    decision: Decision
    jusqu_au: date | None = None


class Procedure(Modele):
    publication: date | None = None
    declarer_avant: date | None = None


class Enregistre(Modele):
    """One thing recorded that day; exactly one of these."""

    paiement: Montant | None = None
    depot: str | None = None
    accuse: Accuse | None = None
    reponse: Reponse | None = None
    appel: ResultatAppel | None = None
    avoir: Montant | None = None
    procedure_collective: Procedure | None = None
    procedure_ecartee: Literal[True] | None = None
    creance_declaree: Literal[True] | None = None
    litige: str | None = None
    litige_leve: Literal[True] | None = None
    echeancier: tuple[Mensualite, ...] | None = None


class Jour(Modele):
    """One day of the story. On the days that are not told, nothing may leave."""

    le: date
    on_enregistre: tuple[Enregistre, ...] = ()
    il_part: tuple[str, ...] = ()
    situation: str


class Histoire(Modele):
    titre: str
    scenario: str = "standard"
    facture: Donnees
    importee_le: date
    jours: tuple[Jour, ...] = Field(min_length=2)


class Ecart(NamedTuple):
    le: date
    attendu: Any
    obtenu: Any


def noter(vie: Vie, chose: Enregistre) -> None:
    """Record it, as a form would."""
    gestes: dict[str, Callable[[Any], object]] = {
        "paiement": lambda montant: vie.payer(str(montant)),
        "depot": vie.deposer,
        "accuse": lambda a: vie.recevoir(a.issue, a.presente),
        "reponse": lambda r: vie.repondre(r.decision, r.jusqu_au),
        "appel": vie.appeler,
        "avoir": lambda montant: vie.crediter(str(montant)),
        "procedure_collective": lambda p: vie.ouvrir_procedure(p.publication, p.declarer_avant),
        "procedure_ecartee": lambda _: vie.ecarter_procedure(),
        "creance_declaree": lambda _: vie.declarer(),
        "litige": vie.contester,
        "litige_leve": lambda _: vie.lever(),
        "echeancier": lambda versements: vie.accorder(*((v.jour, str(v.montant)) for v in versements)),
    }
    (nom,) = chose.model_fields_set
    gestes[nom](getattr(chose, nom))


def jouer(histoire: Histoire) -> list[Ecart]:
    """Live the story; gives what did not happen as told."""
    donnees = histoire.facture
    la_facture = facture(
        emission=donnees.emission,
        echeance=donnees.echeance,
        montant_ttc=donnees.montant,
        deja_paye=donnees.deja_paye,
        debiteur=donnees.debiteur,
    )
    scenario = charger(CONFIG / "scenarios" / f"{histoire.scenario}.yaml", Scenario)
    vie = Vie(histoire.importee_le, la_facture, scenario)
    ecarts: list[Ecart] = []
    for jour in histoire.jours:
        if jour.le > vie.jour:
            vie.aller(jour.le - timedelta(days=1))
        ecarts += [Ecart(quand, "rien", texte) for quand, texte in vie.evenements]
        vie.evenements.clear()
        vie.jour = jour.le
        for chose in jour.on_enregistre:
            noter(vie, chose)
        situation = libelle(vie.agir())
        if tuple(vie.partis()) != jour.il_part:
            ecarts.append(Ecart(jour.le, list(jour.il_part), vie.partis()))
        if situation != jour.situation:
            ecarts.append(Ecart(jour.le, jour.situation, situation))
        vie.evenements.clear()
    return ecarts


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


def test_les_histoires_sont_trouvees() -> None:
    racontes = [charger(fichier, Histoire).scenario for fichier in STORIES.glob("*.yaml")]
    assert len(racontes) >= 16
    assert set(racontes) == {fichier.stem for fichier in (CONFIG / "scenarios").glob("*.yaml")}
