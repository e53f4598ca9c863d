"""The operator's desk: what to do today and the figures, on a real Prefect server and at the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact, State
from prefect.client.schemas.sorting import ArtifactSort
from prefect.states import Crashed, Failed

from dossier.core.a_faire import AFaire, Geste
from dossier.core.dates import debut_du_jour
from dossier.core.errors import ConfigurationInvalide
from dossier.core.faits import LigneAVoir
from dossier.core.tableau import tableau
from dossier.services import saisies
from flows import serveur, wiring
from flows.bureau import INTERROMPU, suivis_rouges
from flows.cli import app as commandes
from flows.cli import bureau
from flows.page_a_faire import FORMULAIRES, montrees, page_a_faire, remplissage
from flows.page_tableau import page_tableau
from flows.service import deploiements
from tests.core.vie import facture
from tests.flows.maison import Maison, attendre
from tests.flows.test_service import BOULANGERIE, GARAGE, aller_au, gare, importer
from tests.services.atelier import Atelier

JOUR = date(2026, 7, 1)


def ligne(geste: Geste, numero: int = 1, *, urgent: bool = False, quoi: str = "À faire") -> AFaire:
    return AFaire(
        geste=geste,
        urgent=urgent,
        depuis=JOUR,
        limite=None,
        creance=f"FA-{numero}",
        facture=f"FA-{numero}",
        debiteur="Menuiserie | <b>Cie</b>",
        quoi=quoi,
    )


def sans_lien(ligne: AFaire, formulaire: str) -> str:
    return ""


# Les pages


def test_rien_a_faire_se_dit_en_une_phrase() -> None:
    page = page_a_faire((), JOUR, sans_lien)
    assert page.splitlines() == ["# À faire aujourd'hui, le 01/07/2026", "**Rien n'attend une personne.**"]


def test_mille_choses_a_faire_restent_lisibles_et_se_comptent() -> None:
    appels = [ligne(Geste.APPELER, n, urgent=True) for n in range(500)]
    toutes = [*appels, ligne(Geste.LITIGE, 900, urgent=True), *(ligne(Geste.POSTER, n) for n in range(499))]
    page = page_a_faire(toutes, JOUR, sans_lien)
    assert "**1000 choses à faire, dont 501 urgentes.**" in page
    assert "## Urgent (501)" in page
    assert "FA-900" in page, "cinq cents appels ne cachent pas un litige"
    assert page.count("| **FA-") == 10 + 1 + 20 == len(montrees(toutes))
    assert "*Et 490 autres" in page
    assert "*Et 479 autres" in page
    assert "| Appels à passer | 500 | 500 |" in page


def test_vingt_lignes_tiennent_toutes_et_vingt_et_une_laissent_une_autre() -> None:
    assert "autre" not in page_a_faire([ligne(Geste.POSTER, n) for n in range(20)], JOUR, sans_lien)
    assert "*Et 1 autre :" in page_a_faire([ligne(Geste.POSTER, n) for n in range(21)], JOUR, sans_lien)


def test_ce_qui_vient_du_dehors_ne_fait_ni_cellule_ni_balise() -> None:
    page = page_a_faire([ligne(Geste.LITIGE, quoi="abîmé | <img src=x> [clic](http://x)")], JOUR, sans_lien)
    assert "Menuiserie \\| &lt;b>Cie&lt;/b>" in page
    assert "abîmé \\| &lt;img src=x> \\[clic\\](http://x)" in page


RECUE = LigneAVoir(
    ligne="a" * 16,
    releve="juin.xml",
    jour=JOUR,
    montant=Decimal("1234.50"),
    credit=True,
    reference="VIR DURAND [relevé aaaaaaaaaaaaaaaa]",
    motif="payeur inconnu",
    creances=("FA-1",),
)


def test_chaque_formulaire_propose_existe_et_prend_ce_dont_il_est_rempli() -> None:
    connus = {flow.name: flow for flow, *_ in deploiements()}
    for geste, noms in FORMULAIRES.items():
        recue = RECUE if geste is Geste.BANQUE else None
        for nom in noms:
            rempli = remplissage(ligne(geste).model_copy(update={"releve": recue}), nom)
            assert rempli
            assert set(rempli) <= set(connus[nom].parameters.properties), nom


def test_une_ligne_de_releve_remplit_le_formulaire_du_paiement() -> None:
    vue = ligne(Geste.BANQUE).model_copy(update={"releve": RECUE})
    attendu = {
        "facture": vue.facture,
        "montant": "1234,50",
        "jour": JOUR.isoformat(),
        "reference": RECUE.reference,
    }
    assert remplissage(vue, "paiement") == attendu
    assert remplissage(vue, "ecarter-une-ligne") == {"ligne": RECUE.ligne}
    plusieurs = RECUE.model_copy(update={"creances": ("FA-1", "FA-2")})
    partagee = vue.model_copy(update={"releve": plusieurs})
    assert "montant" not in remplissage(partagee, "paiement"), "une personne dit ce que reçoit chacune"
    revenue = vue.model_copy(update={"releve": plusieurs.model_copy(update={"credit": False})})
    assert remplissage(revenue, "annuler-un-paiement")["montant"] == "1234,50"
    sans_facture = vue.model_copy(update={"facture": ""})
    assert "facture" not in remplissage(sans_facture, "paiement")
    assert "| **—**<br>" in page_a_faire([sans_facture], JOUR, sans_lien)


@pytest.mark.parametrize(
    ("credit", "propose", "tu"),
    [(True, "paiement", "annuler-un-paiement"), (False, "annuler-un-paiement", "paiement")],
)
def test_une_somme_recue_et_un_impaye_ne_proposent_pas_le_meme_formulaire(
    credit: bool, propose: str, tu: str
) -> None:
    recue = RECUE.model_copy(update={"credit": credit})
    vue = ligne(Geste.BANQUE).model_copy(update={"releve": recue})
    page = page_a_faire([vue], JOUR, lambda _, formulaire: f"/{formulaire}")
    assert (f"[{propose}](/{propose})" in page, f"[{tu}](/{tu})" in page) == (True, False)
    assert "[ecarter-une-ligne](/ecarter-une-ligne)" in page


def test_les_dates_sont_sous_le_debiteur_pour_tenir_dans_la_page() -> None:
    vue = ligne(Geste.DECLARER).model_copy(update={"depuis": JOUR, "limite": JOUR})
    page = page_a_faire([vue], JOUR, sans_lien)
    assert "<br>depuis le 01/07/2026<br>**limite : 01/07/2026** | " in page
    assert "| Facture | À faire |" in page


def test_un_tableau_vide_se_lit() -> None:
    page = page_tableau(tableau((), JOUR))
    assert "# Tableau de bord au 01/07/2026" in page
    assert "**inconnu**" in page
    assert "| Plus de 90 jours | 0 | 0,00\u00a0€ | – |" in page
    assert "data:" not in page


# À l'écran


class _Prefect:
    """What the server says of the red runs, one page of them."""

    def __init__(self, *runs: SimpleNamespace) -> None:
        self.pages = [list(runs), []]

    def read_flow_runs(self, **filtres: object) -> list[SimpleNamespace]:
        return self.pages.pop(0)


def _rouge(facture: str, etat: State[None]) -> SimpleNamespace:
    return SimpleNamespace(parameters={"facture": facture}, state=etat)


def test_un_suivi_rouge_dit_notre_phrase_jamais_celle_de_prefect() -> None:
    jour = date(2026, 7, 1)
    rouges = suivis_rouges(
        _Prefect(
            _rouge("FA-1", Failed(name="À reprendre", message="Le bac est plein.")),
            _rouge("FA-2", Crashed(message="Flow run process exited with status code 137.")),
            _rouge("FA-3", Failed(message="Flow run encountered an exception: KeyError")),
        ),
        jour,
    )
    assert rouges["FA-1"] == ("Le bac est plein.", jour), (
        "l'horloge de Prefect peut être en avance sur la nôtre"
    )
    assert rouges["FA-2"][0] == rouges["FA-3"][0] == INTERROMPU


def _dernier(maison: Maison, cle: str) -> Artifact:
    return _versions(maison, cle)[0]


def _versions(maison: Maison, cle: str) -> list[Artifact]:
    """Of that page, the last first."""
    filtre = ArtifactFilter(key=ArtifactFilterKey(any_=[cle]))
    return maison.client.read_artifacts(artifact_filter=filtre, sort=ArtifactSort.CREATED_DESC)


def _page(maison: Maison, cle: str) -> str:
    return str(_dernier(maison, cle).data)


def _avancer(maison: Maison, *etapes: tuple[date, str]) -> None:
    for jour, badge in etapes:
        aller_au(maison, BOULANGERIE, jour)
        attendre(lambda badge=badge: badge in (maison.etat_de_run(BOULANGERIE).name or ""))


def test_le_bureau_dit_quoi_faire_y_mene_et_ne_se_repete_pas(maison: Maison) -> None:
    for version in _versions(maison, "a-faire-aujourd-hui"):
        maison.client.delete_artifact(version.id)
    maison.lancer()
    attendre(lambda: bool(_versions(maison, "a-faire-aujourd-hui")))
    assert "Rien n'attend une personne" in _page(maison, "a-faire-aujourd-hui"), "dès le démarrage"
    importer(maison, BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance le 13/05/2026"))
    _avancer(
        maison,
        (date(2026, 5, 13), "Relance 1 le"),
        (date(2026, 5, 28), "Relance 2 le"),
        (date(2026, 6, 5), "Appel téléphonique le"),
        (date(2026, 6, 10), "À appeler"),
    )
    maison.fermer_courrier()
    importer(maison, GARAGE)
    attendre(lambda: maison.etat_de_run(GARAGE).name == "À reprendre")

    fait = maison.formulaire("mettre-a-jour-le-tableau")
    assert fait.is_completed(), fait.message
    assert "2 choses à faire, dont 1 urgente" in (fait.message or "")
    page = _page(maison, "a-faire-aujourd-hui")
    rouge, appel = (section for section in page.split("\n## ")[1:])
    assert rouge.startswith("Urgent (1)")
    assert "courrier" in rouge
    assert f"[Retry](/runs/flow-run/{maison.run(GARAGE).id})" in rouge
    assert appel.startswith("Appels à passer (1)")
    assert f"[Resume](/runs/flow-run/{maison.run(BOULANGERIE).id})" in appel
    assert "depuis le 10/06/2026" in appel

    lien = re.search(r"\[consigner-un-appel\]\(([^)]+)\)", appel)
    assert lien is not None
    adresse = urlsplit(lien[1])
    deploiement = maison.client.read_deployment(UUID(adresse.path.split("/")[3]))
    assert deploiement.name == "consigner-un-appel"
    assert json.loads(unquote(parse_qs(adresse.query)["parameters"][0])) == {"facture": BOULANGERIE}

    chiffres = _page(maison, "tableau-de-bord")
    assert "Chiffre partiel" in chiffres
    assert chiffres.count("](data:image/svg+xml;base64,") == 2
    avant = _dernier(maison, "tableau-de-bord").id
    assert maison.formulaire("mettre-a-jour-le-tableau").is_completed()
    assert _dernier(maison, "tableau-de-bord").id == avant, "rien n'a changé : rien n'est récrit"

    # Three days later the question is urgent, and the page says so.
    maison.clock.regler(debut_du_jour(date(2026, 6, 13)))
    assert "dont 2 urgentes" in (maison.formulaire("mettre-a-jour-le-tableau").message or "")


# En ligne de commande


@pytest.fixture
def atelier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Atelier]:
    """A disputed invoice in a house of fakes, its own `config`, and no Prefect server."""
    atelier = Atelier()
    atelier.importer(facture())
    saisies.ouvrir_litige(atelier.outils, "FA-1", "Livraison [incomplète]", auteur="essai")
    monkeypatch.setenv("DOSSIER_CONFIG", str(tmp_path))
    monkeypatch.setattr(wiring, "outils", lambda: atelier.outils)
    monkeypatch.setattr(serveur, "adresse_vivante", lambda _: None)
    wiring.settings.cache_clear()
    yield atelier
    wiring.settings.cache_clear()


def test_les_deux_commandes_sont_connues() -> None:
    assert {"a_faire", "tableau"} <= {
        commande.callback.__name__ for commande in commandes.registered_commands
    }


def test_la_liste_en_ligne_de_commande(atelier: Atelier, capsys: pytest.CaptureFixture[str]) -> None:
    bureau.a_faire(en_json=True)
    (chose,) = json.loads(capsys.readouterr().out)
    assert (chose["facture"], chose["geste"], chose["urgent"]) == ("FA-1", "Litiges ouverts", False)
    assert (chose["depuis"], chose["limite"]) == ("2026-05-04", None)
    bureau.a_faire()
    liste = capsys.readouterr().out
    assert "Livraison" in liste
    assert "les suivis à reprendre ne sont pas connus" in liste


def test_les_chiffres_en_ligne_de_commande(
    atelier: Atelier, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bureau.tableau(en_json=True)
    chiffres = json.loads(capsys.readouterr().out)
    assert (chiffres["encours"]["nombre"], Decimal(chiffres["encours"]["euros"])) == (1, 1000)
    assert chiffres["dso"]["partiel"] is True
    ventes = tmp_path / "ventes.yaml"
    ventes.write_text('ventes:\n  2026-05: "2000"\n', encoding="utf-8")
    bureau.tableau(en_json=True)
    avec = json.loads(capsys.readouterr().out)["dso"]
    assert (avec["partiel"], Decimal(avec["jours"])) == (False, 2)
    bureau.tableau()
    assert "# Tableau de bord au 04/05/2026" in capsys.readouterr().out


def test_des_ventes_mal_ecrites_donnent_le_fichier_et_la_ligne(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "ventes.yaml").write_text('ventes:\n  2026-05: "10"\n  mai: "10"\n', encoding="utf-8")
    with pytest.raises(ConfigurationInvalide, match=r"ventes\.yaml:3"):
        bureau.tableau(en_json=True)
