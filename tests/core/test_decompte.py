from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.creance import Genre
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.documents import contexte_decompte
from dossier.core.droit.conventions import POSTES, Conventions
from dossier.core.droit.corpus import Droit
from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from dossier.core.montants import en_euros
from dossier.core.totaux import totaliser
from tests.core.droit.loi import droit
from tests.core.test_pieces import complete
from tests.core.test_requete import recueil
from tests.core.vie import creancier

ECHEANCE = date(2026, 5, 16)
FIN_JUIN = date(2026, 6, 30)
Paiements = Sequence[tuple[date, str]]


def decompte(
    montant: str = "1850",
    paiements: Paiements = (),
    au: date = FIN_JUIN,
    echeance: date = ECHEANCE,
    genre: Genre = Genre.ENTREPRISE,
    avoirs: Paiements = (),
    loi: Droit | None = None,
    **reglages: Any,
) -> Decompte:
    exacts = [(jour, Decimal(somme)) for jour, somme in paiements]
    credites = [(jour, Decimal(somme)) for jour, somme in avoirs]
    loi = loi or droit()
    return etablir_decompte(
        Decimal(montant), echeance, exacts, au, loi, genre=genre, avoirs=credites, **reglages
    )


def droit_avec(base: str = "365", ordre: Sequence[str] = POSTES, effet: str = "origine") -> Droit:
    """The law of the repository with other readings."""
    champs = droit().conventions.model_dump()
    for nom, choix in (("base_annuelle", base), ("imputation", ordre), ("effet_avoir", effet)):
        champs[nom]["choix"] = choix
    return droit().model_copy(update={"conventions": Conventions.model_validate(champs)})


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
    ordre = "sur les intérêts, puis sur l'indemnité forfaitaire, puis sur le principal."
    assert f"Chaque paiement s'impute {ordre}" in releve.hypotheses


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
    (imputation,) = decompte(paiements=[(FIN_JUIN, "50")], loi=droit_avec(ordre=ordre)).imputations
    assert imputation.interets == Decimal(interets)
    assert imputation.indemnite == Decimal(indemnite)
    assert imputation.principal == Decimal(principal)


def test_l_ordre_choisi_est_imprime_et_dit_s_il_deroge() -> None:
    loi = droit_avec(ordre=("principal", "penalites", "indemnite"))
    phrases = decompte(paiements=[(FIN_JUIN, "50")], loi=loi).hypotheses
    assert any("sur le principal, puis sur les intérêts, puis sur" in phrase for phrase in phrases)
    assert any("déroge à l'article 1343-1" in phrase for phrase in phrases)
    assert not any("déroge" in phrase for phrase in decompte(paiements=[(FIN_JUIN, "50")]).hypotheses)


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
    loi = droit_avec(ordre=("principal", "penalites", "indemnite"))
    releve = decompte(paiements=[(date(2026, 6, 1), "1850")], loi=loi)
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
    premier, second, _ = releve.alertes
    assert "7,86" in premier
    assert "8,25" in second
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


UN_MOIS = {"echeance": date(2026, 3, 1), "au": date(2026, 3, 31)}
EXEMPLES: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "E1": ({"montant": "15000", "taux_stipule": Decimal("0.15"), **UN_MOIS}, ("184.93", "40", "15224.93")),
    "E4": ({}, ("27.71", "40", "1917.71")),
    "E4b, jour de l'échéance": ({"au": ECHEANCE}, ("0", "0", "1850")),
    "E4b, lendemain": ({"au": date(2026, 5, 17)}, ("0.62", "40", "1890.62")),
    "E4c": ({"taux_stipule": Decimal("0.15")}, ("34.21", "40", "1924.21")),
    "E4e": ({"genre": Genre.PUBLIC}, ("23.15", "40", "1913.15")),
    "E4f": ({"genre": Genre.PARTICULIER}, ("0", "0", "1850")),
    "E8": (
        {
            "montant": "10000",
            "taux_stipule": Decimal("0.1240"),
            "echeance": date(2025, 12, 31),
            "au": date(2026, 12, 31),
        },
        ("1240", "40", "11280"),
    ),
    "E9": ({"montant": "1000", "taux_stipule": Decimal("0.12"), **UN_MOIS}, ("9.86", "40", "1049.86")),
    "E11": (
        {
            "montant": "1000",
            "avoirs": [(date(2026, 4, 1), "300")],
            "paiements": [(date(2026, 5, 1), "400")],
            "au": ECHEANCE,
        },
        ("0", "0", "300"),
    ),
}
"""The published examples: what is given, then interest, indemnity and total."""


@pytest.mark.parametrize("exemple", EXEMPLES)
def test_les_exemples_publies(exemple: str) -> None:
    donnees, attendu = EXEMPLES[exemple]
    releve = decompte(**donnees)
    assert (releve.penalites, releve.indemnite, releve.total) == tuple(map(Decimal, attendu))


@pytest.mark.parametrize(
    ("taux", "sous_le_plancher"), [("0.08", True), ("0.082", True), ("0.0825", False), ("0.0826", False)]
)
def test_e12_le_plancher_de_8_25_au_second_semestre_2026(taux: str, sous_le_plancher: bool) -> None:
    releve = decompte(echeance=date(2026, 7, 1), au=date(2026, 7, 31), taux_stipule=Decimal(taux))
    assert {s.taux for s in releve.segments} == {Decimal(taux)}
    assert {s.plancher for s in releve.segments} == {Decimal("0.0825") if sous_le_plancher else None}
    assert bool(releve.alertes) is sous_le_plancher


@pytest.mark.parametrize(
    ("echeance", "au", "jours"),
    [(date(2026, 7, 1), date(2026, 7, 31), 30), (date(2026, 7, 31), date(2026, 7, 1), 0)],
)
def test_e14_les_jours_de_retard_et_jamais_moins_de_zero(echeance: date, au: date, jours: int) -> None:
    assert sum(s.jours for s in decompte(echeance=echeance, au=au).segments) == jours


def test_e15_les_interets_legaux_sont_principal_jours_taux_sur_36_500() -> None:
    releve = decompte(
        "10000",
        genre=Genre.PARTICULIER,
        echeance=date(2026, 1, 31),
        mise_en_demeure=date(2026, 2, 28),
        au=date(2026, 5, 31),
    )
    (segment,) = releve.segments
    assert segment.jours == 92
    assert releve.penalites == (Decimal(10000) * 92 * Decimal("2.62") / 36_500).quantize(Decimal("0.01"))


@pytest.mark.parametrize(("base", "attendu"), [("365", "1441.37"), ("jours_reels", "1437.43")])
def test_dix_mille_euros_sur_2024_selon_la_base_annuelle(base: str, attendu: str) -> None:
    releve = decompte("10000", echeance=date(2023, 12, 31), au=date(2024, 12, 31), loi=droit_avec(base))
    assert releve.penalites == Decimal(attendu)
    dit = "365 même en année bissextile" if base == "365" else "365 ou 366"
    assert any(dit in phrase for phrase in releve.hypotheses)


AVOIR = (date(2026, 6, 10), "300")


def test_un_avoir_reduit_le_principal_depuis_l_origine() -> None:
    releve = decompte("1000", avoirs=[AVOIR])
    assert [(s.du, s.base) for s in releve.segments] == [(date(2026, 5, 17), Decimal("700.00"))]
    (avoir,) = releve.avoirs
    assert (avoir.date, avoir.montant, avoir.principal) == (AVOIR[0], Decimal(300), Decimal(300))
    assert releve.avoirs_total == Decimal("300.00")
    assert releve.regle == 0
    assert releve.imputations == ()
    assert releve.principal == Decimal("1000.00")
    assert releve.principal_restant == Decimal("700.00")
    effet = "Chaque avoir réduit le principal depuis l'origine : la part créditée ne porte aucun intérêt."
    assert effet in releve.hypotheses


def test_un_avoir_a_sa_date_laisse_courir_l_interet_jusqu_a_ce_jour_compris() -> None:
    releve = decompte("1000", avoirs=[AVOIR], loi=droit_avec(effet="date"))
    assert [(s.du, s.au, s.base) for s in releve.segments] == [
        (date(2026, 5, 17), date(2026, 6, 10), Decimal("1000.00")),
        (date(2026, 6, 11), FIN_JUIN, Decimal("700.00")),
    ]
    assert releve.interets_restants == releve.penalites, "un avoir ne s'impute pas sur les intérêts"
    assert releve.indemnite_restante == Decimal("40.00")
    assert any("réduit le principal à sa date" in phrase for phrase in releve.hypotheses)


@pytest.mark.parametrize(
    ("effet", "total"), [("origine", "0"), ("date", "48.32")], ids=["jamais dû", "dû jusqu'à l'avoir"]
)
def test_un_avoir_du_tout_efface_ou_laisse_les_interets(effet: str, total: str) -> None:
    releve = decompte("1000", avoirs=[(AVOIR[0], "1000")], loi=droit_avec(effet=effet))
    assert releve.total == Decimal(total)
    assert releve.trop_percu == 0


@pytest.mark.parametrize("effet", ["origine", "date"])
def test_un_avoir_plus_grand_que_le_reste_donne_un_trop_percu_jamais_perdu(effet: str) -> None:
    releve = decompte("1000", avoirs=[(AVOIR[0], "1000.01")], loi=droit_avec(effet=effet))
    assert releve.avoirs[0].principal == Decimal("1000.00")
    assert releve.trop_percu == Decimal("0.01")
    assert "0,01" in releve.alertes[0]
    assert ("pas compensé" in releve.alertes[0]) is (releve.total > 0)
    assert decompte("1000", avoirs=[(AVOIR[0], "1000")], loi=droit_avec(effet=effet)).trop_percu == 0


@pytest.mark.parametrize("effet", ["origine", "date"])
def test_un_avoir_apres_tout_paye_est_a_rendre(effet: str) -> None:
    paye = [(ECHEANCE, "1000")]
    releve = decompte("1000", paye, avoirs=[AVOIR], loi=droit_avec(effet=effet))
    assert releve.total == 0
    assert releve.trop_percu == Decimal("300.00")


@pytest.mark.parametrize("effet", ["origine", "date"])
@pytest.mark.parametrize(("jour", "indemnite"), [(ECHEANCE, "0"), (date(2026, 5, 17), "40")])
def test_un_avoir_du_tout_a_l_echeance_evite_l_indemnite(jour: date, indemnite: str, effet: str) -> None:
    releve = decompte("1000", avoirs=[(jour, "1000")], loi=droit_avec(effet=effet))
    assert releve.indemnite == (0 if effet == "origine" else Decimal(indemnite))


def test_le_meme_jour_l_avoir_passe_avant_le_paiement() -> None:
    loi = droit_avec(effet="date", ordre=("principal", "penalites", "indemnite"))
    releve = decompte("1000", [(AVOIR[0], "800")], avoirs=[AVOIR], loi=loi)
    (imputation,) = releve.imputations
    assert imputation.principal == Decimal("700.00")
    assert releve.trop_percu == Decimal("51.68")
    assert releve.total == 0


def test_un_avoir_posterieur_a_l_arrete_est_laisse_de_cote_et_signale() -> None:
    releve = decompte(avoirs=[(date(2026, 7, 1), "300")])
    assert releve.avoirs == ()
    assert releve.total == Decimal("1917.71")
    assert releve.alertes == ("Avoirs postérieurs au 30/06/2026, non comptés : 1.",)
    assert len(decompte(avoirs=[(FIN_JUIN, "300")]).avoirs) == 1


@pytest.mark.parametrize("somme", ["0", "-300", "10.001"])
def test_un_avoir_nul_negatif_ou_sous_le_centime_est_refuse(somme: str) -> None:
    with pytest.raises(DonneeInvalide, match=r"L'avoir du 10/06/2026"):
        decompte(avoirs=[(AVOIR[0], somme)])


def test_un_mouvement_apres_la_derniere_verification_des_lectures_est_refuse() -> None:
    apres = date(2027, 1, 1)
    assert decompte("100", [(date(2026, 12, 31), "50")], au=apres, echeance=apres).total == Decimal(50)
    with pytest.raises(ParametreNonCouvert, match="conventions"):
        decompte("100", [(apres, "50")], au=apres, echeance=apres)


@pytest.mark.parametrize(
    ("jugement", "dernier"),
    [
        (date(2026, 5, 18), date(2026, 5, 17)),
        (FIN_JUIN, date(2026, 6, 29)),
        (date(2026, 7, 1), FIN_JUIN),
    ],
)
def test_le_dernier_jour_qui_porte_interet_est_la_veille_du_jugement(jugement: date, dernier: date) -> None:
    releve = decompte(interets_arretes=jugement)
    assert releve.segments[-1].au == dernier
    assert releve.indemnite == Decimal("40.00")
    arrete = jugement <= FIN_JUIN
    assert ("Code de commerce, art. L622-28" in releve.textes) is arrete
    assert any("R621-4" in phrase for phrase in releve.hypotheses) is arrete
    assert any("lecture retenue" in phrase for phrase in releve.alertes) is arrete


@pytest.mark.parametrize(
    ("jugement", "indemnite"),
    [(date(2026, 5, 15), "0"), (ECHEANCE, "0"), (date(2026, 5, 17), "40")],
)
def test_l_indemnite_n_est_pas_due_si_le_jugement_interdisait_de_payer_a_l_echeance(
    jugement: date, indemnite: str
) -> None:
    releve = decompte(interets_arretes=jugement)
    assert releve.indemnite == Decimal(indemnite)
    assert releve.penalites == 0
    assert any("interdisait le paiement" in phrase for phrase in releve.hypotheses) is (indemnite == "0")


DOUTE = re.compile("aucun texte|d'autres|prudent|choix du créancier|lecture retenue", re.IGNORECASE)


@pytest.mark.parametrize(
    ("reglages", "doutes"),
    [
        ({}, []),
        ({"echeance": date(2023, 12, 31), "au": date(2024, 1, 1)}, ["bissextile"]),
        ({"echeance": date(2023, 12, 30), "au": date(2023, 12, 31)}, []),
        ({"paiements": [(date(2026, 6, 15), "100")]}, ["Rang de l'indemnité"]),
        ({"paiements": [(date(2026, 5, 16), "100")]}, []),
        ({"paiements": [(date(2026, 6, 15), "100")], "genre": Genre.PARTICULIER}, []),
        ({"avoirs": [AVOIR]}, ["Avoirs"]),
        ({"interets_arretes": date(2026, 6, 15)}, ["Arrêt des intérêts"]),
        ({"interets_arretes": date(2026, 7, 1)}, []),
    ],
)
def test_le_decompte_signifie_ne_dit_aucun_doute_les_alertes_les_disent(
    reglages: dict[str, Any], doutes: list[str]
) -> None:
    releve = decompte(**reglages)
    assert not any(DOUTE.search(phrase) for phrase in releve.hypotheses)
    dits = [alerte for alerte in releve.alertes if DOUTE.search(alerte)]
    assert len(dits) == len(doutes)
    assert all(attendu in dit for dit, attendu in zip(dits, doutes, strict=True))


def test_rien_n_est_dit_de_l_indemnite_quand_elle_n_aurait_pas_ete_due() -> None:
    for releve in (
        decompte(interets_arretes=ECHEANCE, au=ECHEANCE),
        decompte(interets_arretes=ECHEANCE, genre=Genre.PARTICULIER),
        decompte(interets_arretes=ECHEANCE, paiements=[(ECHEANCE, "1850")]),
    ):
        assert not any("interdisait" in phrase for phrase in releve.hypotheses)


def test_un_paiement_apres_le_jugement_ne_fait_pas_repartir_les_interets() -> None:
    releve = decompte(
        paiements=[(date(2026, 6, 15), "100")], interets_arretes=date(2026, 6, 1), au=date(2026, 7, 31)
    )
    assert [(s.du, s.au) for s in releve.segments] == [(date(2026, 5, 17), date(2026, 5, 31))]
    assert releve.imputations[0].interets == releve.penalites


def test_un_jugement_contre_une_personne_publique_est_a_verifier() -> None:
    assert any("à vérifier" in a for a in decompte(genre=Genre.PUBLIC, interets_arretes=FIN_JUIN).alertes)
    assert decompte(genre=Genre.PUBLIC, interets_arretes=date(2026, 7, 1)).alertes == ()


def test_la_colonne_du_taux_legal_suit_le_creancier_et_dit_ce_qui_n_est_pas_verifie() -> None:
    releve = decompte(
        genre=Genre.PARTICULIER,
        mise_en_demeure=date(2026, 5, 31),
        au=date(2026, 7, 31),
        creancier_professionnel=False,
    )
    assert [s.taux for s in releve.segments] == [Decimal("0.0667"), Decimal("0.0684")]
    (alerte,) = releve.alertes
    assert alerte.startswith("Au 2e semestre 2026, taux non vérifié")


def test_plusieurs_factures_s_additionnent_ligne_par_ligne() -> None:
    un = decompte("1000", [(date(2026, 6, 1), "200")], avoirs=[AVOIR])
    deux = decompte("500", genre=Genre.PUBLIC)
    ensemble = totaliser([("FA-1", un), ("FA-2", deux)])
    assert ensemble.au == FIN_JUIN
    assert ensemble.principal == Decimal("1500.00")
    assert ensemble.penalites == un.penalites + deux.penalites
    assert ensemble.indemnite == Decimal("80.00")
    assert (ensemble.avoirs, ensemble.regle) == (Decimal("300.00"), Decimal("200.00"))
    assert ensemble.interets_restants == un.interets_restants + deux.interets_restants
    assert ensemble.indemnite_restante == un.indemnite_restante + deux.indemnite_restante
    assert ensemble.principal_restant == un.principal_restant + deux.principal_restant
    assert ensemble.total == un.total + deux.total
    assert ensemble.remarques == ()


def test_un_trop_percu_ne_diminue_pas_les_autres_factures_et_le_dit() -> None:
    trop, du = decompte("100", [(ECHEANCE, "150")]), decompte("500")
    ensemble = totaliser([("FA-1", trop), ("FA-2", du)])
    assert ensemble.trop_percu == Decimal("50.00")
    assert ensemble.total == du.total
    (remarque,) = ensemble.remarques
    assert "FA-1" in remarque
    assert "1347" in remarque
    somme = ensemble.principal + ensemble.penalites + ensemble.indemnite + ensemble.trop_percu
    assert somme == ensemble.avoirs + ensemble.regle + ensemble.total


def test_des_decomptes_de_jours_differents_ne_s_additionnent_pas() -> None:
    with pytest.raises(DonneeInvalide, match=r"16/05/2026, 30/06/2026"):
        totaliser([("FA-1", decompte()), ("FA-2", decompte(au=ECHEANCE))])


def test_aucune_facture_ne_fait_aucun_total() -> None:
    rien = totaliser([])
    assert (rien.au, rien.total, rien.remarques) == (None, 0, ())


def test_le_decompte_imprime_dit_les_avoirs_le_diviseur_et_le_trop_percu() -> None:
    base = recueil(complete())
    releves = [decompte("1000", [(FIN_JUIN, "2000")], avoirs=[AVOIR]), decompte("500")]
    lu = contexte_decompte([base._replace(decompte=r) for r in releves], creancier(), FIN_JUIN)
    premiere, seconde = lu["factures"]
    assert premiere["avoirs"] == [
        {"date": "10/06/2026", "montant": en_euros(Decimal(300)), "principal": en_euros(Decimal(300))}
    ]
    assert premiere["decompte"]["segments"][0]["diviseur"] == "365"
    assert premiere["trop_percu"] == en_euros(releves[0].trop_percu)
    assert (seconde["avoirs"], seconde["trop_percu"]) == ([], "")
    assert [somme["libelle"] for somme in lu["sommes"]] == [
        "Montant TTC des factures",
        "Intérêts échus",
        "Indemnités forfaitaires",
        "Avoirs, à déduire",
        "Règlements reçus, à déduire",
        "Trop-perçu, à restituer et non compensé",
    ]
    assert any("compensation" in phrase for phrase in lu["hypotheses"])
    assert lu["total"] == en_euros(releves[1].total)


def test_dix_mille_paiements_restent_rapides() -> None:
    paiements = [(date(2016, 1, 1) + timedelta(days=rang % 3000), "0.01") for rang in range(10_000)]
    debut = time.perf_counter()
    releve = decompte("100000", paiements, echeance=date(2015, 12, 31))
    assert time.perf_counter() - debut < 5
    assert len(releve.imputations) == 10_000
