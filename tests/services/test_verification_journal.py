"""What a forger who holds the authority cannot hide: journals, dates, lists and numbers answer each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters.bag import SacBagIt
from dossier.adapters.decompte_xlsx import en_xlsx
from dossier.adapters.lecture_tableur import lire_tableur
from dossier.adapters.timestamp_rfc3161 import verifier_jeton
from dossier.core.dates import debut_du_jour
from dossier.core.decompte import Decompte
from dossier.core.errors import ErreurAssemblage, ParametreNonCouvert
from dossier.core.etat import rejouer
from dossier.core.faits import Contenu, EnvoiPrepare, Fait, PaiementRecu, PliDepose, enchainer
from dossier.services.constats import Lecteurs, Verdict
from dossier.services.creances import decompte_de
from dossier.services.verification import verifier_dossier
from tests.services.scelles import Fichiers, Temps, Vrai, fautes

UN_JOUR, UNE_HEURE = timedelta(days=1), timedelta(hours=1)
JOURNAL = "journal/FA-1.jsonl"
LISTE, TABLEUR = "Pièces d'après le journal", "data/03-decompte.xlsx"


@pytest.fixture(scope="module")
def vrai(tmp_path_factory: pytest.TempPathFactory) -> Vrai:
    return Vrai(tmp_path_factory.mktemp("vrai"))


@pytest.fixture
def instant(vrai: Vrai) -> datetime:
    """When the dossier says that it was sealed."""
    return datetime.fromisoformat(vrai.index["instant"])


def verifier(chemin: Path, temps: Temps, **lecteurs: Any) -> Verdict:
    return verifier_dossier(chemin, temps, lecteurs=Lecteurs(**lecteurs))


def a_l_heure(vrai: Vrai, **autres: datetime) -> Temps:
    """Each original stamped when its fait was recorded, but for those named by the end of their key."""
    jetons: dict[bytes, datetime] = {}
    for creance in vrai.index["creances"]:
        for fait in vrai.journal(creance):
            for _, valeur in fait.contenu:
                if hasattr(valeur, "cle"):
                    jeton = vrai.fichiers[f"originaux/{valeur.cle}.tsr"]
                    voulu = next((i for fin, i in autres.items() if fin in valeur.cle), fait.instant)
                    jetons.setdefault(jeton, voulu)
    return Temps(jetons, autres.get("sceau", datetime.fromisoformat(vrai.index["instant"])))


def reserves(verdict: Verdict) -> dict[str, str]:
    return {c.objet: c.message for c in verdict.constats if c.reserve}


def ecrire(faits: Sequence[Fait]) -> bytes:
    return "".join(f"{fait.model_dump_json()}\n" for fait in faits).encode()


def rechainer(faits: Sequence[tuple[datetime, Contenu]]) -> list[Fait]:
    suite: list[Fait] = []
    for quand, contenu in faits:
        suite.append(enchainer(suite[-1] if suite else None, "FA-1", quand, "essai", contenu))
    return suite


def ancrer(vrai: Vrai, faits: Sequence[Fait]) -> list[dict[str, Any]]:
    autres = [ancre for ancre in vrai.complet()["ancres"] if ancre["creance"] != "FA-1"]
    return [{"creance": "FA-1", "numero": faits[-1].numero, "empreinte": faits[-1].empreinte}, *autres]


def test_le_dossier_complet_est_conforme_et_relu_sans_reserve_sur_ses_listes(
    vrai: Vrai, tmp_path: Path
) -> None:
    verdict = verifier(vrai.resceller(tmp_path / "d.zip"), a_l_heure(vrai))
    assert fautes(verdict) == {}
    bons = {c.objet: c.message for c in verdict.constats if c.conforme and not c.reserve}
    assert "sont ceux que donne le journal" in bons[LISTE]
    assert "finit par le fait que l'index annonce" in bons["Fin des journaux"]
    assert "ne contredit les dates du journal" in bons["Dates"]


@pytest.mark.parametrize("coupes", [1, 5])
def test_une_fin_de_journal_coupee_est_trouvee_par_l_ancre(vrai: Vrai, tmp_path: Path, coupes: int) -> None:
    coupe = {JOURNAL: ecrire(vrai.journal("FA-1")[:-coupes])}
    trouvees = fautes(verifier(vrai.resceller(tmp_path / "d.zip", coupe), a_l_heure(vrai)))
    assert f"il manque {coupes} fait(s)" in trouvees["Journal FA-1"]


def test_une_fin_coupee_est_trouvee_sans_ancre_par_l_ordre_de_sceller(vrai: Vrai, tmp_path: Path) -> None:
    fichiers = {
        JOURNAL: ecrire(vrai.journal("FA-1")[:-1]),
        "index.json": json.dumps({**vrai.complet(), "ancres": None}).encode(),
    }
    zip_ = vrai_sans_ancre(vrai, tmp_path, fichiers)
    assert "s'arrête avant l'ordre de sceller" in fautes(verifier(zip_, a_l_heure(vrai)))["Journal FA-1"]


def vrai_sans_ancre(vrai: Vrai, tmp_path: Path, fichiers: Fichiers) -> Path:
    """A bag as the first version wrote it."""
    instant = datetime.fromisoformat(vrai.index["instant"])
    sortie = tmp_path / "ancien.zip"
    SacBagIt(vrai.horodateur).sceller(
        vrai.index["dossier"], {**vrai.fichiers, **fichiers}, {}, instant, sortie
    )
    return sortie


def test_un_journal_allonge_ou_dont_le_dernier_fait_differe_est_trouve(
    vrai: Vrai, instant: datetime, tmp_path: Path
) -> None:
    faits = vrai.journal("FA-1")
    paye = PaiementRecu(montant=Decimal(1), jour=instant.date(), reference="X")
    allonge = [*faits, enchainer(faits[-1], "FA-1", instant, "essai", paye)]
    trouvees = fautes(
        verifier(vrai.resceller(tmp_path / "d.zip", {JOURNAL: ecrire(allonge)}), a_l_heure(vrai))
    )
    assert "allongé après le scellement" in trouvees["Journal FA-1"]
    autre = [*faits[:-1], enchainer(faits[-2], "FA-1", instant, "un autre", faits[-1].contenu)]
    trouvees = fautes(verifier(vrai.resceller(tmp_path / "d.zip", {JOURNAL: ecrire(autre)}), a_l_heure(vrai)))
    assert "n'est pas celui que l'index annonce" in trouvees["Journal FA-1"]


def test_les_ancres_de_bag_info_et_de_l_index_se_repondent(vrai: Vrai, tmp_path: Path) -> None:
    trouvees = fautes(verifier(vrai.resceller(tmp_path / "d.zip", ancres="FA-1:1:abc"), a_l_heure(vrai)))
    assert "Dernier-Fait" in trouvees["bag-info.txt"]
    seule = vrai.complet()["ancres"][:1]
    trouvees = fautes(verifier(vrai.resceller(tmp_path / "d.zip", indexe={"ancres": seule}), a_l_heure(vrai)))
    assert "n'ancre pas une fois chaque créance" in trouvees["data/index.json"]


def test_un_fait_enregistre_ou_date_apres_le_scellement_est_trouve(
    vrai: Vrai, instant: datetime, tmp_path: Path
) -> None:
    faits = [(fait.instant, fait.contenu) for fait in vrai.journal("FA-1")]

    def avec(quand: datetime, jour: datetime) -> dict[str, str]:
        paye = PaiementRecu(montant=Decimal(1), jour=jour.date(), reference="X")
        suite = rechainer([*faits, (quand, paye)])
        zip_ = sceller_ancre(vrai, tmp_path, suite)
        return fautes(verifier(zip_, a_l_heure(vrai)))

    assert avec(instant + UNE_HEURE, instant) == {}
    tard = avec(instant + UNE_HEURE + timedelta(seconds=1), instant)
    assert "est enregistré après le scellement" in tard["Journal FA-1"]
    assert "après le scellement" in avec(instant, instant + UN_JOUR)["Journal FA-1"]


def sceller_ancre(vrai: Vrai, tmp_path: Path, faits: Sequence[Fait], **index: Any) -> Path:
    """Sealed again with that journal, and anchors that agree with it."""
    complet = {**vrai.complet(), **index, "ancres": ancrer(vrai, faits)}
    fichiers = {JOURNAL: ecrire(faits), "index.json": json.dumps(complet, ensure_ascii=False).encode()}
    return vrai.resceller(tmp_path / "ancre.zip", fichiers)


def test_un_jeton_en_retard_est_une_reserve_jamais_une_faute(vrai: Vrai, tmp_path: Path) -> None:
    envoi = next(f for f in vrai.journal("FA-1") if isinstance(f.contenu, EnvoiPrepare))
    assert isinstance(envoi.contenu, EnvoiPrepare)
    fin, zip_ = envoi.contenu.pdf.cle.rpartition("/")[2], vrai.resceller(tmp_path / "d.zip")
    objet = f"data/originaux/{envoi.contenu.pdf.cle}"
    a_temps = verifier(zip_, a_l_heure(vrai, **{fin: envoi.instant + UNE_HEURE}))
    assert objet not in reserves(a_temps)
    tard = verifier(zip_, a_l_heure(vrai, **{fin: envoi.instant + 3 * UN_JOUR}))
    assert fautes(tard) == {} and "horodaté que 3 jours après" in reserves(tard)[objet]


def test_beaucoup_de_jetons_en_retard_se_disent_en_une_phrase(vrai: Vrai, tmp_path: Path) -> None:
    retard = Temps({}, datetime.fromisoformat(vrai.index["instant"]))
    assert (
        "originaux n'ont été horodatés qu'après"
        in reserves(verifier(vrai.resceller(tmp_path / "d.zip"), retard))["Dates"]
    )


def test_un_document_horodate_avant_le_jour_qu_il_porte_est_une_faute(vrai: Vrai, tmp_path: Path) -> None:
    envoi = next(f for f in vrai.journal("FA-1") if isinstance(f.contenu, EnvoiPrepare))
    assert isinstance(envoi.contenu, EnvoiPrepare)
    fin, jour = envoi.contenu.pdf.cle.rpartition("/")[2], debut_du_jour(envoi.contenu.jour)
    zip_ = vrai.resceller(tmp_path / "d.zip")
    assert fautes(verifier(zip_, a_l_heure(vrai, **{fin: jour - UN_JOUR}))) == {}
    tot = fautes(verifier(zip_, a_l_heure(vrai, **{fin: jour - 2 * UN_JOUR})))
    assert "était déjà horodaté" in tot[f"data/originaux/{envoi.contenu.pdf.cle}"]


def test_sous_une_horloge_simulee_les_dates_ne_se_comparent_pas_et_le_verdict_le_dit(
    vrai: Vrai, tmp_path: Path
) -> None:
    ailleurs = Temps({}, datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    simule = verifier(vrai.resceller(tmp_path / "d.zip", horloge="simulee"), ailleurs)
    assert fautes(simule) == {} and "Horloge simulée" in reserves(simule)["Dates"]
    assert fautes(verifier(vrai.resceller(tmp_path / "d.zip", horloge="reelle"), ailleurs)) != {}


def test_un_original_horodate_apres_le_dossier_qui_le_contient_est_une_faute(
    vrai: Vrai, instant: datetime, tmp_path: Path
) -> None:
    zip_ = vrai.resceller(tmp_path / "d.zip", horloge="simulee")
    assert fautes(verifier(zip_, a_l_heure(vrai, mise=instant + UNE_HEURE))) == {}
    trouvees = fautes(verifier(zip_, a_l_heure(vrai, mise=instant + UNE_HEURE + timedelta(seconds=1))))
    assert any("horodaté après le dossier" in dit for dit in trouvees.values())


@pytest.mark.parametrize(
    ("ecart", "faute", "reserve"),
    [
        (-UNE_HEURE - timedelta(seconds=1), True, False),
        (-UNE_HEURE, False, False),
        (UNE_HEURE, False, False),
        (UN_JOUR * 2, False, True),
    ],
)
def test_le_jeton_du_dossier_et_l_instant_du_scellement(
    vrai: Vrai, instant: datetime, tmp_path: Path, ecart: timedelta, faute: bool, reserve: bool
) -> None:
    temps = a_l_heure(vrai, sceau=instant + ecart)
    temps.instants = {e: min(i, instant + ecart) for e, i in temps.instants.items()}
    verdict = verifier(vrai.resceller(tmp_path / "d.zip"), temps)
    assert ("antérieur au scellement" in fautes(verdict).get("Dates", "")) is faute
    assert ("Le dossier n'a été horodaté que 2 jours" in reserves(verdict).get("Dates", "")) is reserve


def test_un_original_que_nul_fait_ne_cite_est_nomme(vrai: Vrai, tmp_path: Path) -> None:
    zip_ = vrai.resceller(tmp_path / "d.zip", {"originaux/creances/FA-1/recus/glisse.pdf": b"%PDF"})
    trouvees = fautes(verifier(zip_, a_l_heure(vrai)))
    assert "n'est cité par aucun fait" in trouvees["data/originaux/creances/FA-1/recus/glisse.pdf"]


def test_une_piece_tue_renommee_ou_dont_le_titre_change_contredit_le_journal(
    vrai: Vrai, tmp_path: Path
) -> None:
    pieces = vrai.index["pieces"]

    def liste(**index: Any) -> str:
        return fautes(verifier(vrai.resceller(tmp_path / "d.zip", **index), a_l_heure(vrai))).get(LISTE, "")

    titre = [{**pieces[0], "titre": "Facture reconnue par le débiteur"}, *pieces[1:]]
    assert "le titre est « Facture reconnue" in liste(pieces=titre)
    echange = [{**pieces[1], "numero": 1}, {**pieces[0], "numero": 2}, *pieces[2:]]
    assert "Pièce n°\u00a01 :" in liste(pieces=echange)
    assert liste() == ""


def test_une_piece_retiree_avec_sa_ligne_contredit_le_journal(vrai: Vrai, tmp_path: Path) -> None:
    *pieces, derniere = vrai.index["pieces"]
    zip_ = vrai.resceller(tmp_path / "d.zip", sans=derniere["fichier"], pieces=pieces)
    assert "manque à l'index" in fautes(verifier(zip_, a_l_heure(vrai)))[LISTE]


def test_une_autre_version_du_logiciel_donne_une_reserve(vrai: Vrai, tmp_path: Path) -> None:
    pieces = [{**vrai.index["pieces"][0], "titre": "Autre"}, *vrai.index["pieces"][1:]]
    zip_ = vrai.resceller(tmp_path / "d.zip", pieces=pieces, logiciel="0.0.9")
    verdict = verifier(zip_, a_l_heure(vrai))
    assert fautes(verdict) == {} and "0.0.9" in reserves(verdict)[LISTE]


def test_des_faits_qui_se_contredisent_sont_nommes(vrai: Vrai, tmp_path: Path) -> None:
    *faits, ordre = [(fait.instant, fait.contenu) for fait in vrai.journal("FA-1")]
    inconnu = PliDepose(cle="jamais-prepare", numero="1A00000000001", jour=faits[-1][0].date())
    zip_ = sceller_ancre(vrai, tmp_path, rechainer([*faits, (faits[-1][0], inconnu), ordre]))
    assert "se contredisent" in fautes(verifier(zip_, a_l_heure(vrai)))["Journal FA-1"]


def test_un_autre_debiteur_est_nomme(vrai: Vrai, tmp_path: Path) -> None:
    zip_ = vrai.resceller(tmp_path / "d.zip", debiteur="Un Autre SARL")
    assert "Un Autre SARL" in fautes(verifier(zip_, a_l_heure(vrai)))["data/index.json"]


def test_le_total_de_l_index_est_celui_du_tableur(vrai: Vrai, tmp_path: Path) -> None:
    def sommes(**index: Any) -> str:
        zip_ = vrai.resceller(tmp_path / "d.zip", **index)
        return fautes(verifier(zip_, a_l_heure(vrai), tableur=lire_tableur)).get(TABLEUR, "")

    assert sommes() == ""
    assert "l'index annonce" in sommes(total="1618.46")


def test_un_tableur_dont_le_principal_differe_du_journal_est_nomme(
    vrai: Vrai, instant: datetime, tmp_path: Path
) -> None:
    outils = vrai.atelier.outils
    decomptes = []
    for creance in vrai.index["creances"]:
        etat = rejouer(vrai.journal(creance))
        gonfle = etat.facture.model_copy(update={"montant_ttc": etat.facture.montant_ttc + 100})
        etat.__dict__["facture"] = gonfle
        decomptes.append((gonfle.numero, decompte_de(outils, etat, instant.date())))
    total = str(sum(d.total for _, d in decomptes))
    fichiers = {"03-decompte.xlsx": en_xlsx(decomptes, instant)}
    zip_ = vrai.resceller(tmp_path / "d.zip", fichiers, total=total)
    dit = fautes(verifier(zip_, a_l_heure(vrai), tableur=lire_tableur))[TABLEUR]
    assert "Facture FA-1, principal : 1\u00a0100,00\u00a0€, le journal donne 1\u00a0000,00\u00a0€" in dit


def test_le_total_calcule_de_nouveau_est_compare(vrai: Vrai, tmp_path: Path) -> None:
    outils = vrai.atelier.outils

    def verdict(**index: Any) -> Verdict:
        zip_ = vrai.resceller(tmp_path / "d.zip", **index)
        return verifier(zip_, a_l_heure(vrai), calculer=lambda etat, _, au: decompte_de(outils, etat, au))

    assert fautes(verdict()) == {}
    assert "l'index annonce" in fautes(verdict(total="9999.00"))["Total dû"]
    ancien = verdict(total="9999.00", logiciel="0.0.9")
    assert fautes(ancien) == {} and "l'index annonce" in reserves(ancien)["Total dû"]


def test_une_copie_tamponnee_d_un_autre_document_est_nommee(vrai: Vrai, tmp_path: Path) -> None:
    relieur = vrai.atelier.outils.relieur
    premiere, deuxieme = (piece["fichier"] for piece in vrai.index["pieces"][:2])
    zip_ = vrai.resceller(tmp_path / "d.zip", {deuxieme: vrai.fichiers[premiere]})
    textes: dict[bytes, str] = {}

    def texte(pdf: bytes) -> str:
        return textes.setdefault(pdf, f"texte {len(textes)}")

    lecteurs: dict[str, Any] = {"compter": relieur.compter, "tamponner": relieur.tamponner}
    bon = verifier(vrai.resceller(tmp_path / "bon.zip"), a_l_heure(vrai), **lecteurs)
    assert fautes(bon) == {} and "Pièce n°\u00a02" not in reserves(bon)
    sans_texte = verifier(zip_, a_l_heure(vrai), **lecteurs)
    assert "comparez-la à l'original" in reserves(sans_texte)["Pièce n°\u00a02"]
    avec = verifier(zip_, a_l_heure(vrai), **lecteurs, texte=texte)
    assert "ne dit pas, au tampon près" in fautes(avec)["Pièce n°\u00a02"]


def test_verifier_jeton_reste_le_juge(vrai: Vrai, tmp_path: Path) -> None:
    assert (
        fautes(verifier_dossier(vrai.resceller(tmp_path / "d.zip", horloge="simulee"), verifier_jeton)) == {}
    )


def test_un_original_qui_ne_s_ouvre_pas_est_une_reserve_sa_copie_une_page_de_remplacement(
    vrai: Vrai, tmp_path: Path
) -> None:
    piece = vrai.index["pieces"][0]
    original = vrai.fichiers[piece["original"]]

    def compter(pdf: bytes) -> int:
        if pdf == original:
            raise ErreurAssemblage("Ce fichier PDF est protégé.")
        return vrai.atelier.outils.relieur.compter(pdf)

    verdict = verifier(vrai.resceller(tmp_path / "d.zip"), a_l_heure(vrai), compter=compter)
    assert fautes(verdict) == {}
    assert "ne s'ouvre pas ici" in reserves(verdict)["Pièce n°\u00a01"]


def test_un_taux_inconnu_de_qui_verifie_est_une_reserve(vrai: Vrai, tmp_path: Path) -> None:
    def calculer(*_: object) -> Decompte:
        raise ParametreNonCouvert("Le taux du second semestre 2026 n'est pas connu.")

    verdict = verifier(vrai.resceller(tmp_path / "d.zip"), a_l_heure(vrai), calculer=calculer)
    assert fautes(verdict) == {} and "second semestre" in reserves(verdict)["data/index.json"]


def test_le_tableur_d_une_autre_facture_est_nomme(vrai: Vrai, instant: datetime, tmp_path: Path) -> None:
    decomptes = [
        (numero, decompte_de(vrai.atelier.outils, rejouer(vrai.journal(creance)), instant.date()))
        for numero, creance in (("FA-1", "FA-1"), ("FA-9", "FA-2"))
    ]
    zip_ = vrai.resceller(tmp_path / "d.zip", {"03-decompte.xlsx": en_xlsx(decomptes, instant)})
    assert (
        "Ses factures ne sont pas" in fautes(verifier(zip_, a_l_heure(vrai), tableur=lire_tableur))[TABLEUR]
    )
