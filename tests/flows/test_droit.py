"""The law as operators meet it: a credit note, a debtor's insolvency, the weekly watch."""

from __future__ import annotations

from datetime import date

from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from dossier.core.dates import debut_du_jour
from flows.veille import PAGE
from tests.flows.maison import Maison, attendre
from tests.flows.test_service import BOULANGERIE, gare, importer

HOTEL = ("FA-2026-0105", "FA-2026-0106")


def page_de_la_veille(maison: Maison) -> str:
    (artefact,) = maison.client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[PAGE])),
        sort=ArtifactSort.CREATED_DESC,
        limit=1,
    )
    return str(artefact.data)


def test_un_avoir_saisi_reduit_la_facture_et_la_solde_avec_le_paiement_du_reste(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    etat = maison.formulaire("avoir", facture=BOULANGERIE, numero="AV-1", montant="42.40", jour="2026-05-04")
    assert "il reste 800,00\u00a0€ à payer" in (etat.message or "")
    maison.formulaire("paiement", facture=BOULANGERIE, montant="800.00", jour="2026-05-04", reference="VIR 1")
    attendre(lambda: maison.etat_de_run(BOULANGERIE).name == "Soldée")


def test_un_jugement_arrete_toutes_les_factures_du_debiteur_et_son_erreur_les_reprend(
    maison: Maison,
) -> None:
    maison.lancer()
    importer(maison, *HOTEL)
    etat = maison.formulaire(
        "procedure-collective",
        facture=HOTEL[0],
        nature="liquidation",
        jugement="2026-05-02",
        publication="2026-05-04",
    )
    assert "FA-2026-0105, FA-2026-0106" in (etat.message or "")
    for facture in HOTEL:
        attendre(lambda f=facture: gare(maison, f, "à déclarer au plus tard le 04/07/2026"))  # type: ignore[misc]
    maison.formulaire("ecarter-une-procedure-collective", facture=HOTEL[1], motif="Homonyme")
    for facture in HOTEL:
        attendre(lambda f=facture: gare(maison, f, "Prévenance"))  # type: ignore[misc]


def test_la_veille_signale_les_chiffres_a_completer_puis_passe_au_rouge(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    assert maison.formulaire("veille-du-droit").name == "Rien à signaler"
    maison.clock.regler(debut_du_jour(date(2026, 12, 1)))
    etat = maison.formulaire("veille-du-droit")
    assert (etat.name, etat.is_completed()) == ("À surveiller", True)
    assert "bce, majoration" in (etat.message or "")
    assert "config/droit/bce.yaml" in page_de_la_veille(maison)
    maison.clock.regler(debut_du_jour(date(2027, 1, 4)))
    etat = maison.formulaire("veille-du-droit")
    assert (etat.name, etat.is_failed()) == ("À reprendre", True)
    assert "n'est plus vérifié depuis le 31/12/2026" in page_de_la_veille(maison)
