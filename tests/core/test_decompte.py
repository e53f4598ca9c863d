from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.core.creance import Genre
from dossier.core.decompte import ORDRE_LEGAL, Decompte, etablir_decompte
from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from tests.core.droit.loi import droit

ECHEANCE = date(2026, 5, 16)
FIN_JUIN = date(2026, 6, 30)
Paiements = Sequence[tuple[date, str]]


def decompte(
    montant: str = "1850",
    paiements: Paiements = (),
    au: date = FIN_JUIN,
    echeance: date = ECHEANCE,
    genre: Genre = Genre.ENTREPRISE,
    **reglages: Any,
) -> Decompte:
    exacts = [(jour, Decimal(somme)) for jour, somme in paiements]
    return etablir_decompte(Decimal(montant), echeance, exacts, au, droit(), genre=genre, **reglages)


def test_sans_paiement() -> None:
    releve = decompte()
    assert releve.penalites == releve.interets_restants == Decimal("27.71")
    assert releve.indemnite == releve.indemnite_restante == Decimal("40.00")
    assert releve.principal == releve.principal_restant == Decimal("1850.00")
    assert releve.total == Decimal("1917.71")
    assert releve.textes == ("Code de commerce, art. L441-10, II", "Code de commerce, art. D441-5")
    assert any("365" in phrase for phrase in releve.hypotheses)
    assert not releve.alertes
    assert not releve.imputations


@pytest.mark.parametrize(
    ("au", "penalites", "indemnite"),
    [
        (date(2026, 5, 15), "0", "0"),
        (date(2026, 5, 16), "0", "0"),
        (date(2026, 5, 17), "0.62", "40"),
    ],
)
def test_l_indemnite_nait_au_premier_jour_de_retard(au: date, penalites: str, indemnite: str) -> None:
    releve = decompte(au=au)
    assert (releve.penalites, releve.indemnite) == (Decimal(penalites), Decimal(indemnite))


@pytest.mark.parametrize(
    ("jour", "somme", "indemnite"),
    [
        (date(2026, 5, 16), "1850.00", "0"),
        (date(2026, 5, 16), "1849.99", "40"),
        (date(2026, 5, 17), "1850.00", "40"),
    ],
)
def test_l_indemnite_n_est_pas_due_si_tout_est_paye_a_l_echeance(
    jour: date, somme: str, indemnite: str
) -> None:
    assert decompte(paiements=[(jour, somme)]).indemnite == Decimal(indemnite)


def test_un_paiement_partiel_s_impute_sur_les_interets_puis_l_indemnite_puis_le_principal() -> None:
    releve = decompte(paiements=[(date(2026, 7, 10), "500")], au=date(2026, 8, 30))
    assert [(s.du, s.au, s.base, s.montant) for s in releve.segments] == [
        (date(2026, 5, 17), date(2026, 6, 30), Decimal("1850.00"), Decimal("27.71")),
        (date(2026, 7, 1), date(2026, 7, 10), Decimal("1850.00"), Decimal("6.28")),
        (date(2026, 7, 11), date(2026, 8, 30), Decimal("1423.99"), Decimal("24.67")),
    ]
    (imputation,) = releve.imputations
    assert imputation.date == date(2026, 7, 10)
    assert imputation.interets == Decimal("33.99")
    assert imputation.indemnite == Decimal("40.00")
    assert imputation.principal == Decimal("426.01")
    assert imputation.reste_principal == releve.principal_restant == Decimal("1423.99")
    assert releve.interets_restants == Decimal("24.67")
    assert releve.indemnite_restante == 0
    assert releve.total == Decimal("1448.66")
    assert "Code civil, art. 1343-1" in releve.textes
    assert any("La place de l'indemnité" in phrase for phrase in releve.hypotheses)


@pytest.mark.parametrize(
    ("ordre", "interets", "indemnite", "principal"),
    [
        (("penalites", "indemnite", "principal"), "27.71", "22.29", "0"),
        (("penalites", "principal", "indemnite"), "27.71", "0", "22.29"),
        (("indemnite", "penalites", "principal"), "10.00", "40.00", "0"),
        (("principal", "penalites", "indemnite"), "0", "0", "50.00"),
    ],
)
def test_l_ordre_d_imputation_est_un_reglage(
    ordre: Any, interets: str, indemnite: str, principal: str
) -> None:
    (imputation,) = decompte(paiements=[(FIN_JUIN, "50")], ordre=ordre).imputations
    assert imputation.interets == Decimal(interets)
    assert imputation.indemnite == Decimal(indemnite)
    assert imputation.principal == Decimal(principal)


def test_l_ordre_choisi_est_imprime() -> None:
    releve = decompte(paiements=[(FIN_JUIN, "50")], ordre=("principal", "penalites", "indemnite"))
    assert any("sur le principal, puis sur les intérêts, puis sur" in phrase for phrase in releve.hypotheses)


@pytest.mark.parametrize("ordre", [("penalites", "principal"), ("penalites", "penalites", "principal")])
def test_un_ordre_incomplet_est_refuse(ordre: Any) -> None:
    with pytest.raises(DonneeInvalide, match="ordre d'imputation"):
        decompte(ordre=ordre)


@pytest.mark.parametrize("jour", [date(2026, 4, 1), ECHEANCE])
def test_un_paiement_jusqu_a_l_echeance_va_au_principal(jour: date) -> None:
    releve = decompte(paiements=[(jour, "850")])
    assert releve.imputations[0].principal == Decimal("850.00")
    assert releve.segments[0].base == Decimal("1000.00")
    assert releve.indemnite == Decimal("40.00")
    assert "Code civil, art. 1343-1" not in releve.textes


def test_deja_paye_reduit_le_principal_des_le_depart() -> None:
    releve = decompte(deja_paye=Decimal(850))
    assert releve.principal == Decimal("1850.00")
    assert releve.regle == Decimal("850.00")
    assert releve.segments[0].base == releve.principal_restant == Decimal("1000.00")


def test_tout_paye_d_avance_ne_doit_rien() -> None:
    releve = decompte(deja_paye=Decimal(1850))
    assert releve.total == releve.penalites == releve.indemnite == 0
    assert decompte(deja_paye=Decimal(1900)).trop_percu == Decimal("50.00")


def test_un_avoir_et_un_paiement_laissent_le_reste_du() -> None:
    releve = decompte("1000", [(ECHEANCE, "400")], deja_paye=Decimal(300), au=ECHEANCE)
    assert releve.principal_restant == Decimal("300.00")
    assert releve.regle == Decimal("700.00")


@pytest.mark.parametrize("somme", ["0", "-400", "10.001"])
def test_un_paiement_nul_negatif_ou_sous_le_centime_est_refuse(somme: str) -> None:
    with pytest.raises(DonneeInvalide, match="01/06/2026"):
        decompte(paiements=[(date(2026, 6, 1), somme)])


@pytest.mark.parametrize("reglages", [{"montant": "-1"}, {"montant": "1.001"}, {"deja_paye": Decimal(-1)}])
def test_un_montant_impossible_est_refuse(reglages: dict[str, Any]) -> None:
    with pytest.raises(DonneeInvalide, match="centimes"):
        decompte(**reglages)


def test_un_paiement_posterieur_a_l_arrete_est_ignore_et_signale() -> None:
    releve = decompte(paiements=[(date(2026, 7, 1), "500")])
    assert releve.imputations == ()
    assert releve.total == Decimal("1917.71")
    assert "30/06/2026" in releve.alertes[0]
    assert len(decompte(paiements=[(FIN_JUIN, "500")]).imputations) == 1


def test_les_paiements_sont_pris_dans_l_ordre_des_dates() -> None:
    paiements = [(date(2026, 6, 20), "100"), (date(2026, 6, 1), "900"), (date(2026, 5, 1), "50")]
    assert decompte(paiements=paiements) == decompte(paiements=sorted(paiements))


def test_un_trop_percu_est_montre() -> None:
    releve = decompte(paiements=[(FIN_JUIN, "2000"), (FIN_JUIN, "10")])
    assert releve.total == 0
    assert releve.trop_percu == Decimal("92.29")
    assert "92,29" in releve.alertes[0]
    assert decompte(paiements=[(FIN_JUIN, "1917.71")]).trop_percu == 0


def test_les_interets_cessent_quand_le_principal_est_paye() -> None:
    releve = decompte(paiements=[(date(2026, 6, 1), "1850")], ordre=("principal", "penalites", "indemnite"))
    assert releve.segments[-1].au == date(2026, 6, 1)
    assert releve.total == releve.interets_restants + 40


def test_un_consommateur_ne_doit_rien_de_plus_avant_la_mise_en_demeure() -> None:
    releve = decompte(genre=Genre.PARTICULIER)
    assert releve.total == Decimal("1850.00")
    assert releve.penalites == releve.indemnite == 0
    assert releve.textes == ()
    assert "mise en demeure" in releve.hypotheses[0]


def test_un_consommateur_doit_l_interet_legal_du_lendemain_de_la_mise_en_demeure() -> None:
    releve = decompte(genre=Genre.PARTICULIER, mise_en_demeure=date(2026, 5, 31))
    (segment,) = releve.segments
    assert (segment.du, segment.jours, segment.taux) == (date(2026, 6, 1), 30, Decimal("0.0262"))
    assert releve.penalites == Decimal("3.98")
    assert releve.indemnite == 0
    assert releve.textes[0] == "Code civil, art. 1231-6 et 1344-1"
    assert any("31 mai 2026" in phrase for phrase in releve.hypotheses)


@pytest.mark.parametrize(
    ("mise_en_demeure", "premier"),
    [(date(2026, 5, 1), date(2026, 5, 17)), (date(2026, 5, 17), date(2026, 5, 18))],
)
def test_une_mise_en_demeure_ne_court_pas_avant_l_echeance(mise_en_demeure: date, premier: date) -> None:
    releve = decompte(genre=Genre.PARTICULIER, mise_en_demeure=mise_en_demeure)
    assert releve.segments[0].du == premier


def test_la_mise_en_demeure_ne_change_rien_entre_professionnels() -> None:
    assert decompte(mise_en_demeure=date(2026, 6, 15)) == decompte()


def test_le_taux_public_reste_fige_apres_un_paiement() -> None:
    releve = decompte(
        "1000",
        [(date(2024, 1, 10), "100")],
        au=date(2024, 1, 20),
        echeance=date(2023, 6, 15),
        genre=Genre.PUBLIC,
    )
    assert {s.taux for s in releve.segments} == {Decimal("0.1050")}
    assert releve.indemnite == Decimal("40.00")
    assert releve.textes[:2] == (
        "Code de la commande publique, art. R2192-31",
        "Code de la commande publique, art. D2192-35",
    )
    assert any("commencé à courir" in phrase for phrase in releve.hypotheses)


def test_un_taux_stipule_sous_le_plancher_alerte_une_fois_par_semestre() -> None:
    releve = decompte(
        paiements=[(date(2026, 6, 1), "100")], au=date(2026, 7, 15), taux_stipule=Decimal("0.07")
    )
    assert {s.taux for s in releve.segments} == {Decimal("0.07")}
    assert len(releve.alertes) == 2
    assert "7,86" in releve.alertes[0]
    assert "8,25" in releve.alertes[1]
    assert decompte(taux_stipule=Decimal("0.0786")).alertes == ()


@pytest.mark.parametrize("genre", [Genre.PARTICULIER, Genre.PUBLIC])
def test_un_taux_stipule_qui_ne_s_applique_pas_est_signale(genre: Genre) -> None:
    releve = decompte(genre=genre, taux_stipule=Decimal("0.15"))
    assert "n'est pas appliqué" in releve.alertes[0]
    assert releve.total == decompte(genre=genre).total


def test_un_semestre_inconnu_est_refuse() -> None:
    with pytest.raises(ParametreNonCouvert, match="1er semestre 2027"):
        decompte(au=date(2027, 1, 1))


def test_le_json_ecrit_les_montants_en_texte_et_se_relit() -> None:
    releve = decompte(paiements=[(date(2026, 6, 1), "100")])
    texte = releve.model_dump_json()
    lu = json.loads(texte)
    assert {"segments", "penalites", "indemnite", "total", "textes"} <= lu.keys()
    assert lu["total"] == str(releve.total)
    assert lu["segments"][0]["taux"] == "0.1215"
    assert Decompte.model_validate_json(texte) == releve


def test_dix_mille_paiements_restent_rapides() -> None:
    paiements = [(date(2016, 1, 1) + timedelta(days=rang % 3000), "0.01") for rang in range(10_000)]
    debut = time.perf_counter()
    releve = decompte("100000", paiements, echeance=date(2015, 12, 31))
    assert time.perf_counter() - debut < 5
    assert len(releve.imputations) == 10_000


MONTANTS = st.decimals(min_value="0.01", max_value="99999.99", places=2)
JOURS = st.dates(date(2015, 1, 1), date(2026, 12, 31))


@st.composite
def affaires(tirer: st.DrawFn) -> dict[str, Any]:
    genre = tirer(st.sampled_from(Genre))
    return {
        "montant_ttc": tirer(MONTANTS),
        "echeance": tirer(st.dates(date(2015, 1, 1), date(2026, 12, 30))),
        "paiements": tirer(st.lists(st.tuples(JOURS, MONTANTS), max_size=6)),
        "au": tirer(JOURS),
        "genre": genre,
        "deja_paye": tirer(st.one_of(st.just(Decimal(0)), MONTANTS)),
        "taux_stipule": tirer(st.one_of(st.none(), st.decimals(min_value=0, max_value=1, places=4))),
        "ordre": tuple(tirer(st.permutations(ORDRE_LEGAL))),
        "mise_en_demeure": tirer(st.one_of(st.none(), JOURS)),
    }


def etablir(affaire: dict[str, Any]) -> Decompte:
    autres = {
        cle: affaire[cle] for cle in affaire if cle not in ("montant_ttc", "echeance", "paiements", "au")
    }
    return etablir_decompte(
        affaire["montant_ttc"],
        affaire["echeance"],
        affaire["paiements"],
        affaire["au"],
        droit(),
        **autres,
    )


@given(affaires())
@settings(deadline=None)
def test_les_comptes_tombent_juste(affaire: dict[str, Any]) -> None:
    releve = etablir(affaire)
    assert sum(s.montant for s in releve.segments) == releve.penalites
    retenus = sum(somme for jour, somme in affaire["paiements"] if jour <= affaire["au"])
    impute = sum(i.interets + i.indemnite + i.principal for i in releve.imputations)
    avance = max(Decimal(0), affaire["deja_paye"] - affaire["montant_ttc"])
    assert impute + releve.trop_percu == retenus + avance
    assert releve.penalites == releve.interets_restants + sum(i.interets for i in releve.imputations)
    assert releve.indemnite == releve.indemnite_restante + sum(i.indemnite for i in releve.imputations)
    assert releve.total == releve.interets_restants + releve.indemnite_restante + releve.principal_restant
    assert (
        releve.principal + releve.penalites + releve.indemnite + releve.trop_percu
        == releve.regle + releve.total
    )
    assert min(releve.interets_restants, releve.indemnite_restante, releve.principal_restant) >= 0


@given(affaires())
@settings(deadline=None)
def test_les_segments_couvrent_chaque_jour_une_fois(affaire: dict[str, Any]) -> None:
    releve = etablir(affaire)
    for segment in releve.segments:
        assert segment.jours == (segment.au - segment.du).days + 1
        assert affaire["echeance"] < segment.du <= segment.au <= affaire["au"]
        assert (segment.du.year, segment.du.month > 6) == (segment.au.year, segment.au.month > 6)
    for avant, apres in zip(releve.segments, releve.segments[1:], strict=False):
        assert apres.du == avant.au + timedelta(days=1)


@given(affaires())
@settings(deadline=None, max_examples=60)
def test_un_calcul_jour_par_jour_donne_le_meme_total(affaire: dict[str, Any]) -> None:
    releve = etablir(affaire)
    total, trop_percu = jour_par_jour(affaire)
    ecart = abs(Fraction(releve.total) - Fraction(releve.trop_percu) - total + trop_percu)
    assert ecart <= Fraction(1, 100) * (len(releve.segments) + 1)


def jour_par_jour(affaire: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """What is due and what is overpaid, walking day after day in exact fractions, without the segments."""
    genre, echeance, au = affaire["genre"], affaire["echeance"], affaire["au"]
    dus = {
        "penalites": Fraction(0),
        "indemnite": Fraction(0),
        "principal": max(Fraction(0), Fraction(affaire["montant_ttc"] - affaire["deja_paye"])),
    }
    trop_percu = max(Fraction(0), Fraction(affaire["deja_paye"] - affaire["montant_ttc"]))
    jour = min([echeance, au, *(jour for jour, _ in affaire["paiements"])])
    while jour <= au:
        if jour == echeance + timedelta(days=1) and dus["principal"] and genre is not Genre.PARTICULIER:
            dus["indemnite"] = Fraction(40)
        dus["penalites"] += dus["principal"] * Fraction(taux_du_jour(affaire, jour)) / 365
        for _, somme in (p for p in affaire["paiements"] if p[0] == jour):
            reste = Fraction(somme)
            for poste in affaire["ordre"]:
                part = min(reste, dus[poste])
                dus[poste] -= part
                reste -= part
            trop_percu += reste
        jour += timedelta(days=1)
    return sum(dus.values(), Fraction(0)), trop_percu


def taux_du_jour(affaire: dict[str, Any], jour: date) -> Decimal:
    loi = droit()
    if jour <= affaire["echeance"]:
        return Decimal(0)
    match affaire["genre"]:
        case Genre.PARTICULIER:
            demeure = affaire["mise_en_demeure"]
            return loi.til_pro.au(jour).valeur if demeure and jour > demeure else Decimal(0)
        case Genre.PUBLIC:
            return loi.bce.au(affaire["echeance"] + timedelta(days=1)).valeur + Decimal("0.08")
        case _ if affaire["taux_stipule"] is not None:
            stipule = affaire["taux_stipule"]
            assert isinstance(stipule, Decimal)
            return stipule
        case _:
            return loi.bce.au(jour).valeur + Decimal("0.10")
