from __future__ import annotations

from datetime import date

import pytest

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Adresse, Genre
from dossier.core.errors import ConflitJournal
from dossier.core.faits import CreanceOuverte
from dossier.core.importation import Candidate, Refus
from dossier.core.scenario import Scenario
from dossier.services.importation import importer
from tests.core.droit.loi import CONFIG
from tests.core.vie import debiteur, facture, standard
from tests.fakes import tiny_pdf
from tests.services.atelier import Atelier

PDF = tiny_pdf("facture")


def motifs(atelier: Atelier, *factures: object, source: bytes | None = None) -> list[str]:
    return [refus.motif for refus in atelier.importer(*factures, source=source).refus]  # type: ignore[arg-type]


def test_une_facture_est_ouverte_avec_son_original_horodate() -> None:
    atelier = Atelier()
    rapport = atelier.importer(facture(), source=PDF)
    assert rapport.ouvertes == (facture(),)
    assert rapport.refus == ()
    source = atelier.etat().source
    assert source is not None
    assert source.jeton is not None
    assert atelier.store.get(source.cle) == PDF
    assert atelier.horodateur.verifier(PDF, atelier.store.get(source.jeton))


def test_sans_original_la_creance_s_ouvre_quand_meme() -> None:
    atelier = Atelier()
    assert atelier.importer(facture(), source=None).ouvertes
    assert atelier.etat().source is None
    assert atelier.store.documents == {}


def test_la_meme_facture_deux_fois_ne_change_rien() -> None:
    atelier = Atelier()
    atelier.importer(facture(), source=PDF)
    avant = (dict(atelier.store.documents), atelier.journal.lire("FA-1"))
    assert motifs(atelier, facture(), source=PDF) == ["la facture FA-1 est déjà suivie : rien n'a été changé"]
    assert (atelier.store.documents, atelier.journal.lire("FA-1")) == avant


def test_deux_fois_dans_le_meme_lot_une_seule_est_ouverte() -> None:
    rapport = Atelier().importer(facture(), facture())
    assert (len(rapport.ouvertes), len(rapport.refus)) == (1, 1)


def test_le_meme_numero_avec_un_autre_contenu_est_refuse_en_disant_ce_qui_differe() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    autre = facture(montant_ttc="1000.01", debiteur=debiteur(denomination="Autre SARL"))
    (motif,) = motifs(atelier, autre)
    assert "autre contenu (montant ttc, debiteur)" in motif
    assert "donnez-lui un autre numéro" in motif
    (motif,) = motifs(atelier, facture(numero="fa-1"))
    assert "autre contenu (numero)" in motif


@pytest.mark.parametrize(("jour", "ouverte"), [(date(2031, 6, 3), True), (date(2031, 6, 4), False)])
def test_une_creance_prescrite_n_est_pas_relancee(jour: date, ouverte: bool) -> None:
    atelier = Atelier(jour)
    refus = motifs(atelier, facture())
    assert (not refus) is ouverte
    if refus:
        assert "paraît prescrite depuis le 3 juin 2031" in refus[0]
        assert "voyez un avocat" in refus[0]
        assert atelier.journal.creances() == ()


def test_un_mauvais_document_n_arrete_pas_les_autres() -> None:
    atelier = Atelier()
    hors_du_temps = facture(numero="FA-0", emission=date(1900, 1, 1), echeance=date(1900, 2, 1))
    illisible = Refus("abime.pdf", "ce PDF est abîmé")
    rapport = atelier.importer(hors_du_temps, facture(), illisible, facture(numero="FA-2"))
    assert [f.numero for f in rapport.ouvertes] == ["FA-1", "FA-2"]
    assert [r.document for r in rapport.refus] == ["FA-0.pdf", "abime.pdf"]
    assert rapport.refus[1] == illisible


def test_une_panne_sur_un_original_refuse_ce_document_et_se_rattrape() -> None:
    atelier = Atelier()
    atelier.horodateur.en_panne = True
    (motif,) = motifs(atelier, facture(), source=PDF)
    assert "L'autorité d'horodatage ne répond pas" in motif
    assert atelier.journal.creances() == ()
    atelier.horodateur.en_panne = False
    assert atelier.importer(facture(), source=PDF).ouvertes


def test_un_autre_import_passe_devant_est_dit() -> None:
    atelier = Atelier()

    def un_autre() -> None:
        ouverture = CreanceOuverte(facture=facture(), scenario="standard")
        atelier.journal.ajouter(
            {"FA-1": [ouverture]}, {"FA-1": 0}, auteur="autre", instant=atelier.clock.now()
        )

    atelier.journal.avant_ajout = [un_autre]
    assert motifs(atelier, facture()) == [
        "la facture FA-1 vient d'être importée par ailleurs : rien n'a été changé"
    ]
    assert atelier.journal.lire("FA-1")[0].auteur == "autre"


def test_le_faux_journal_tient_ses_conflits() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    with pytest.raises(ConflitJournal):
        atelier.journal.ajouter({"FA-1": []}, {"FA-1": 0}, auteur="x", instant=atelier.clock.now())


def test_une_facture_dont_nous_sommes_l_acheteur_est_refusee() -> None:
    atelier = Atelier()
    recue = facture(debiteur=debiteur(siren=atelier.outils.creancier.siren))
    (motif,) = motifs(atelier, recue)
    assert "facture reçue" in motif
    assert atelier.journal.creances() == ()


def test_avec_le_scenario_export_seuls_les_professionnels_etrangers_sont_suivis() -> None:
    export = charger(CONFIG / "scenarios" / "export.yaml", Scenario)
    atelier = Atelier(scenarios={"standard": standard(), "export": export})
    adresse = Adresse(lignes=("1 rue du Vide",), code_postal="1000", ville="Bruxelles", pays="BE")
    belge = debiteur(siren=None, adresse=adresse)
    prive = debiteur(siren=None, adresse=adresse, genre=Genre.PARTICULIER)
    lus = [
        Candidate(facture(numero="FA-1"), "export.csv, ligne 2", None),
        Candidate(facture(numero="FA-2", debiteur=belge), "export.csv, ligne 3", None),
        Candidate(facture(numero="FA-3", debiteur=prive), "export.csv, ligne 4", None),
    ]
    rapport = importer(atelier.outils, lus, scenario="export", auteur="essai")
    assert [f.numero for f in rapport.ouvertes] == ["FA-2"]
    assert [refus.document for refus in rapport.refus] == ["export.csv, ligne 2", "export.csv, ligne 4"]
    francais, consommateur = (refus.motif for refus in rapport.refus)
    assert "le débiteur de la facture FA-1 est établi en France" in francais
    assert "un consommateur établi hors de France" in consommateur
    assert [ouverture.creance for ouverture in atelier.journal.creances()] == ["FA-2"]
    assert importer(atelier.outils, lus[:1], scenario="standard", auteur="essai").refus == ()
