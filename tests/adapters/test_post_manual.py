from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from dossier.adapters.post_manual import PosteManuelle, ecriture, feuille
from dossier.core.errors import DonneeInvalide, ErreurEnvoi
from dossier.core.ports import Lettre, PosteAuBac, Remise

PDF = b"%PDF-1.7 lettre"
EXPEDITEUR = ("Ateliers Méridien SAS", "14 rue des Forgerons", "69007 LYON")
DESTINATAIRE = ("Durand & Fils <SARL>", "Service comptabilité", "8 quai de l'Œuvre", "33000 BORDEAUX")
INTITULE = "Mise en demeure de payer – FA-2026-0042"


def lettre(nom: str = "relance", pdf: bytes = PDF, *, recommandee: bool = False, **autres: Any) -> Lettre:
    defauts = {"intitule": INTITULE, "destinataire": DESTINATAIRE, "expediteur": EXPEDITEUR}
    return Lettre(nom=nom, pdf=pdf, recommandee=recommandee, **{**defauts, **autres})


@pytest.fixture
def bac(tmp_path: Path) -> Path:
    return tmp_path / "bac"


def fichiers(dossier: Path) -> list[str]:
    return sorted(f.name for f in dossier.iterdir() if f.is_file())


def texte(pdf: bytes) -> str:
    """What poppler reads, one line per printed line, right-to-left words in their own order."""
    sortie = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return sortie.stdout.decode()


def mots(pdf: bytes) -> str:
    return " ".join(texte(pdf).split())


def places(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Millimetres from the left and from the top of each text of the page."""
    lues: dict[str, tuple[float, float]] = {}

    def noter(texte: str, _cm: Any, tm: Any, _police: Any, _taille: Any) -> None:
        lues.setdefault(texte.strip(), (tm[4] / 72 * 25.4, 297 - tm[5] / 72 * 25.4))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=noter)
    return lues


# The tray


def test_la_poste_manuelle_est_un_port_avec_bac(bac: Path) -> None:
    poste: PosteAuBac = PosteManuelle(bac)
    remise = poste.remettre(lettre())
    assert isinstance(remise, Remise)
    assert (remise.transporteur, remise.reference, remise.reponse) == ("", "", b"")
    assert poste.reprendre("relance") is True
    assert poste.electronique is False


def test_le_pli_est_dans_le_bac_et_la_phrase_dit_ou(bac: Path) -> None:
    remise = PosteManuelle(bac).remettre(lettre("FA-2026-0042.mise-en-demeure"))
    fichier = bac / "FA-2026-0042.mise-en-demeure.pdf"
    assert remise.phrase == f"Pli à imprimer et à poster : {fichier}"
    assert fichier.read_bytes() == PDF
    assert fichier.stat().st_mode & 0o777 == 0o644
    assert fichiers(bac) == ["FA-2026-0042.mise-en-demeure.pdf"]


def test_l_extension_n_est_pas_doublee(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre("relance.pdf"))
    PosteManuelle(bac).remettre(lettre("relance"))
    assert fichiers(bac) == ["relance.pdf"]


@pytest.mark.parametrize(
    ("recommandee", "attendus"), [(False, ["r.pdf"]), (True, ["r-adresse.pdf", "r.pdf"])]
)
def test_la_meme_lettre_deux_fois_est_une_lettre(bac: Path, recommandee: bool, attendus: list[str]) -> None:
    premiere = PosteManuelle(bac).remettre(lettre("r", recommandee=recommandee))
    assert PosteManuelle(bac).remettre(lettre("r", recommandee=recommandee)) == premiere
    assert fichiers(bac) == attendus


def test_une_lettre_imprimee_et_enlevee_ne_revient_pas(bac: Path) -> None:
    premiere = PosteManuelle(bac).remettre(lettre(recommandee=True))
    (bac / "relance.pdf").unlink()
    (bac / "relance-adresse.pdf").unlink()
    assert PosteManuelle(bac).remettre(lettre(recommandee=True)) == premiere
    assert fichiers(bac) == []
    with pytest.raises(ErreurEnvoi, match="Un autre pli"):
        PosteManuelle(bac).remettre(lettre(pdf=PDF + b"!"))


def test_un_autre_contenu_sous_le_meme_nom_est_refuse(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre())
    with pytest.raises(ErreurEnvoi, match=r"Un autre pli porte déjà le nom relance\.pdf"):
        PosteManuelle(bac).remettre(lettre(pdf=PDF + b"!"))
    (bac / ".remis" / "relance.sha256").unlink()
    with pytest.raises(ErreurEnvoi, match="Un autre pli"):
        PosteManuelle(bac).remettre(lettre(pdf=PDF + b"!", recommandee=True))
    assert (bac / "relance.pdf").read_bytes() == PDF
    assert fichiers(bac) == ["relance.pdf"]


@pytest.mark.parametrize(
    "nom",
    ["", "../sorti", "a/b", ".cache", "a\nb", "été", "x" * 151, "relance-adresse", "relance-adresse.pdf"],
)
def test_un_nom_qui_ne_convient_pas_est_refuse(bac: Path, nom: str) -> None:
    for acte in (lambda: PosteManuelle(bac).remettre(lettre(nom)), lambda: PosteManuelle(bac).reprendre(nom)):
        with pytest.raises(DonneeInvalide, match="ne convient pas"):
            acte()
    assert not bac.exists()


def test_le_nom_le_plus_long(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre("x" * 150, recommandee=True))
    assert fichiers(bac) == ["x" * 150 + "-adresse.pdf", "x" * 150 + ".pdf"]
    assert PosteManuelle(bac).reprendre("x" * 150)


def test_un_bac_qui_ne_s_ecrit_pas(tmp_path: Path) -> None:
    (tmp_path / "bac").write_text("un fichier")
    with pytest.raises(ErreurEnvoi, match="n'accepte pas le pli"):
        PosteManuelle(tmp_path / "bac").remettre(lettre())
    with pytest.raises(ErreurEnvoi, match="ne rend pas le pli"):
        PosteManuelle(tmp_path / "bac").reprendre("relance")


# Taken back


def test_un_pli_repris_quitte_le_bac_avec_sa_fiche_et_ne_se_perd_pas(bac: Path) -> None:
    poste = PosteManuelle(bac)
    poste.remettre(lettre(recommandee=True))
    fiche = (bac / "relance-adresse.pdf").read_bytes()
    assert poste.reprendre("relance.pdf") is True
    assert fichiers(bac) == []
    assert (bac / ".repris" / "relance.pdf").read_bytes() == PDF
    assert (bac / ".repris" / "relance-adresse.pdf").read_bytes() == fiche
    assert poste.reprendre("relance") is True


def test_un_pli_repris_ne_revient_pas(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre(recommandee=True))
    PosteManuelle(bac).reprendre("relance")
    with pytest.raises(ErreurEnvoi, match=r"a été retiré du bac d'impression avant d'être posté"):
        PosteManuelle(bac).remettre(lettre(recommandee=True))
    with pytest.raises(ErreurEnvoi, match="Un autre pli"):
        PosteManuelle(bac).remettre(lettre(pdf=PDF + b"!"))
    assert fichiers(bac) == []


def test_un_pli_repris_puis_remis_a_la_main_part_et_peut_etre_repris_encore(bac: Path) -> None:
    poste = PosteManuelle(bac)
    premiere = poste.remettre(lettre())
    poste.reprendre("relance")
    (bac / ".repris" / "relance.pdf").rename(bac / "relance.pdf")
    assert poste.remettre(lettre()) == premiere
    assert poste.reprendre("relance") is True
    assert fichiers(bac / ".repris") == ["relance.pdf"]


def test_un_pli_deja_imprime_ne_se_reprend_pas_et_garde_sa_fiche(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre(recommandee=True))
    (bac / "relance.pdf").unlink()
    assert PosteManuelle(bac).reprendre("relance") is False
    assert fichiers(bac) == ["relance-adresse.pdf"]


def test_un_pli_inconnu_ne_se_reprend_pas_et_peut_encore_partir(bac: Path) -> None:
    assert PosteManuelle(bac).reprendre("relance") is False
    PosteManuelle(bac).remettre(lettre())
    assert fichiers(bac) == ["relance.pdf"]


def test_reprendre_n_ecrase_rien(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre(recommandee=True))
    (bac / ".repris").mkdir()
    (bac / ".repris" / "relance.pdf").write_bytes(b"autre")
    (bac / ".repris" / "relance (2).pdf").write_bytes(b"encore autre")
    assert PosteManuelle(bac).reprendre("relance") is True
    assert fichiers(bac) == []
    gardes = {nom: (bac / ".repris" / nom).read_bytes() for nom in fichiers(bac / ".repris")}
    del gardes["relance-adresse.pdf"]
    assert gardes == {
        "relance.pdf": b"autre",
        "relance (2).pdf": b"encore autre",
        "relance (3).pdf": PDF,
    }


# Interrupted


def test_interrompu_avant_le_temoin_le_pli_reste_unique(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre())
    (bac / ".remis" / "relance.sha256").unlink()
    PosteManuelle(bac).remettre(lettre())
    (bac / "relance.pdf").unlink()
    PosteManuelle(bac).remettre(lettre())
    assert fichiers(bac) == []


def test_interrompu_avant_la_fiche_elle_est_faite_au_second_appel(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre(recommandee=True))
    fiche = (bac / "relance-adresse.pdf").read_bytes()
    (bac / "relance-adresse.pdf").unlink()
    (bac / ".remis" / "relance.sha256").unlink()
    PosteManuelle(bac).remettre(lettre(recommandee=True))
    assert (bac / "relance-adresse.pdf").read_bytes() == fiche


def test_interrompu_avant_le_temoin_un_pli_repris_ne_revient_pas_non_plus(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre())
    temoin = bac / ".remis" / "relance.sha256"
    temoin.unlink()
    assert PosteManuelle(bac).reprendre("relance") is True
    assert temoin.read_text() == sha256(PDF).hexdigest()


def test_reprise_interrompue_entre_la_fiche_et_la_lettre(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre(recommandee=True))
    (bac / ".repris").mkdir()
    (bac / "relance-adresse.pdf").rename(bac / ".repris" / "relance-adresse.pdf")
    assert PosteManuelle(bac).reprendre("relance") is True
    assert (fichiers(bac), fichiers(bac / ".repris")) == ([], ["relance-adresse.pdf", "relance.pdf"])


def test_reprise_interrompue_quand_la_lettre_est_aux_deux_endroits(bac: Path) -> None:
    PosteManuelle(bac).remettre(lettre())
    (bac / ".repris").mkdir()
    (bac / ".repris" / "relance.pdf").hardlink_to(bac / "relance.pdf")
    assert PosteManuelle(bac).reprendre("relance") is True
    assert (fichiers(bac), fichiers(bac / ".repris")) == ([], ["relance.pdf"])


TRAVAIL = """
import sys
from pathlib import Path
from dossier.adapters.post_manual import PosteManuelle
from dossier.core.ports import Lettre
poste = PosteManuelle(Path(sys.argv[1]))
for rang in range(40):
    print(rang, flush=True)
    pdf = b"lettre %d" % rang
    poste.remettre(Lettre(f"r{rang}", "Titre", pdf, True, ("Société", "75001 PARIS"), ("Nous",)))
    if rang % 2:
        poste.reprendre(f"r{rang}")
"""


@pytest.mark.parametrize("tue_au", [3, 8, 17])
def test_un_processus_tue_net_ne_laisse_rien_de_perdu_ni_en_double(bac: Path, tue_au: int) -> None:
    commande = [sys.executable, "-c", TRAVAIL, str(bac)]
    with subprocess.Popen(commande, stdout=subprocess.PIPE, text=True) as processus:
        assert processus.stdout is not None
        for ligne in processus.stdout:
            if int(ligne) == tue_au:
                break
        processus.kill()
    poste = PosteManuelle(bac)
    for rang in range(tue_au + 1):
        pli = Lettre(f"r{rang}", "Titre", b"lettre %d" % rang, True, ("Société", "75001 PARIS"), ("Nous",))
        if not (bac / ".repris" / f"r{rang}.pdf").exists():
            poste.remettre(pli)
        if rang % 2:
            assert poste.reprendre(pli.nom)
    noms = [(f"r{rang}-adresse.pdf", f"r{rang}.pdf") for rang in range(tue_au + 1)]
    visibles = [nom for nom in fichiers(bac) if not nom.startswith(".")]
    assert visibles == sorted(nom for paire in noms[::2] for nom in paire)
    assert fichiers(bac / ".repris") == sorted(nom for paire in noms[1::2] for nom in paire)


# Together


def test_de_deux_lettres_qui_se_disputent_un_nom_une_seule_entre_avec_sa_fiche(bac: Path) -> None:
    def remettre(rang: int) -> bool:
        societe = f"Société {rang % 2}"
        try:
            PosteManuelle(bac).remettre(
                lettre(pdf=PDF * 10_000 + bytes([rang % 2]), recommandee=True, destinataire=(societe,))
            )
        except ErreurEnvoi:
            return False
        return True

    with ThreadPoolExecutor(8) as fils:
        issues = list(fils.map(remettre, range(8)))
    gagnant = (bac / "relance.pdf").read_bytes()[-1]
    assert issues == [rang % 2 == gagnant for rang in range(8)]
    assert f"Société {gagnant}" in texte((bac / "relance-adresse.pdf").read_bytes())


def test_reprendre_pendant_la_remise_ne_separe_jamais_la_lettre_de_sa_fiche(tmp_path: Path) -> None:
    def insister(bac: Path) -> None:
        while not PosteManuelle(bac).reprendre("relance"):
            pass

    for essai in range(15):
        bac = tmp_path / str(essai)
        with ThreadPoolExecutor(2) as fils:
            reprise = fils.submit(insister, bac)
            remise = fils.submit(PosteManuelle(bac).remettre, lettre(recommandee=True))
        assert (remise.exception(), reprise.exception()) == (None, None)
        assert fichiers(bac) == []
        assert fichiers(bac / ".repris") == ["relance-adresse.pdf", "relance.pdf"]


def test_huit_fiches_dessinees_a_la_fois_sont_les_memes_que_l_une_apres_l_autre() -> None:
    intervalle = sys.getswitchinterval()
    plis = [lettre(f"n{n}", destinataire=(f"Éçà {chr(0x100 + n)}", f"Ŵŷ {n}")) for n in range(40)]
    attendues = [feuille.dessiner(pli) for pli in plis]
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as fils:
            assert list(fils.map(feuille.dessiner, plis)) == attendues
    finally:
        sys.setswitchinterval(intervalle)


# The sheet


def test_la_fiche_dit_ou_va_le_pli_et_quoi_noter() -> None:
    pdf = feuille.dessiner(lettre("2026-11-22_FA-2026-0042_mise-en-demeure_1"))
    lu = mots(pdf).replace("\u00a0", " ")
    for attendu in (
        *EXPEDITEUR,
        *DESTINATAIRE,
        INTITULE,
        "Lettre recommandée avec avis de réception",
        "N° du recommandé :",
        "Date de dépôt :",
        "signée",
        "pages",
        "L’avis de réception est rempli au nom de l’expéditeur",
        "La preuve de dépôt est numérisée dans la boîte de réception",
        "formulaire « depot-recommande »",
        "dossier depot FACTURE NUMÉRO --jour JJ/MM/AAAA",
        "2026-11-22_FA-2026-0042_mise-en-demeure_1",
    ):
        assert attendu in lu
    assert "Adresse à relire" not in lu


def test_la_fiche_est_une_page_a4_aux_polices_incorporees() -> None:
    lecteur = PdfReader(io.BytesIO(feuille.dessiner(lettre())))
    (page,) = lecteur.pages
    assert [round(float(cote) / 72 * 25.4) for cote in (page.mediabox.width, page.mediabox.height)] == [
        210,
        297,
    ]
    polices = [police.get_object() for police in page["/Resources"]["/Font"].values()]
    assert {police["/BaseFont"].split("+")[1] for police in polices} == {"Carlito", "Carlito-Bold"}
    assert all("/FontFile2" in police["/FontDescriptor"] for police in polices)


def test_la_meme_lettre_donne_les_memes_octets() -> None:
    assert feuille.dessiner(lettre()) == feuille.dessiner(lettre())
    assert feuille.dessiner(lettre()) != feuille.dessiner(lettre(intitule="Autre"))


def test_l_adresse_est_dans_la_fenetre_ou_les_lettres_l_ont_et_rien_d_autre_n_y_parait() -> None:
    lues = places(feuille.dessiner(lettre()))
    dans = {mot for mot, (x, y) in lues.items() if mot and x + 1 >= feuille.FENETRE.x - 4 and 45 < y < 90}
    assert dans == set(DESTINATAIRE)
    assert all(98 <= lues[mot][0] <= 115 and 45 <= lues[mot][1] <= 85 for mot in DESTINATAIRE)


def test_un_nom_long_revient_a_la_ligne_et_dix_lignes_tiennent_dans_la_fenetre() -> None:
    nom = "Société coopérative de production de matériels électroniques et d'étanchéité du Grand-Est & Cie"
    lignes = (nom, *(f"Bâtiment {n}, escalier C" for n in range(8)), "67000 STRASBOURG")
    pdf = feuille.dessiner(lettre(destinataire=lignes))
    lues = places(pdf)
    assert nom in mots(pdf)
    assert nom not in lues
    assert all(50 <= lues[ligne][1] <= 88 for ligne in lignes[1:])
    hauteurs = [lues[ligne][1] for ligne in lignes[1:]]
    assert hauteurs == sorted(hauteurs)


def test_un_mot_plus_large_que_la_fenetre_est_coupe_sans_rien_perdre() -> None:
    mot = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    for corps in (11.0, 5.0):
        bouts = ecriture.couper(f"{mot} GmbH", corps, 100)
        assert "".join(bouts).replace(" ", "") == f"{mot}GmbH"
        assert all(ecriture.largeur(bout, corps) <= 100 for bout in bouts)


def test_une_adresse_sans_fin_tient_dans_la_page_et_la_fiche_renvoie_a_la_lettre() -> None:
    pdf = feuille.dessiner(lettre(destinataire=tuple(f"ligne {n} " + "W" * 300 for n in range(12))))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert "Adresse à relire sur la lettre" in texte(pdf)
    assert "…" in texte(pdf)


@pytest.mark.parametrize(
    ("ligne", "lu"),
    [
        ("חברת שלום בע״מ", "חברת שלום בע״מ"),
        ("Société שלום 12", "שלום"),
        ("Émoji 😀 final", "Émoji"),
        ("中文 SA", "SA"),
        ("inconnu \U0001fae8 ici", "inconnu"),
    ],
)
def test_ce_que_carlito_n_a_pas_s_ecrit_au_mieux_et_la_fiche_renvoie_a_la_lettre(ligne: str, lu: str) -> None:
    pdf = feuille.dessiner(lettre(destinataire=(ligne, "75001 PARIS")))
    assert lu in texte(pdf)
    assert "75001 PARIS" in texte(pdf)
    assert "Adresse à relire sur la lettre" in texte(pdf)


@pytest.mark.parametrize(
    ("ligne", "lu"),
    [
        ("Cafe\u0301 <b>&amp;</b> Cie", "Café <b>&amp;</b> Cie"),
        ("deux\nlignes\tici", "deux lignes ici"),
        ("mar\u00adque \u202eend\u202c\u200b\x00", "marque end"),
        ("Łódź, Ζεύς, Жук, “ß” €", "Łódź, Ζεύς, Жук, “ß” €"),
    ],
)
def test_les_signes_sans_dessin_disparaissent_et_les_autres_restent(ligne: str, lu: str) -> None:
    pdf = feuille.dessiner(lettre(destinataire=(ligne, "75001 PARIS")))
    assert lu in texte(pdf)
    assert "Adresse à relire" not in texte(pdf)


@pytest.mark.parametrize("ligne", ["", "  ", "\u200b", "\u202e\n"])
def test_une_ligne_vide_ne_laisse_pas_de_blanc(ligne: str) -> None:
    avec = feuille.dessiner(lettre(destinataire=("Durand", ligne, "75001 PARIS")))
    assert avec == feuille.dessiner(lettre(destinataire=("Durand", "75001 PARIS")))


@pytest.mark.parametrize("cote", ["destinataire", "expediteur"])
def test_une_adresse_absente_ne_bloque_pas_la_fiche(cote: str) -> None:
    assert INTITULE in texte(feuille.dessiner(lettre(**{cote: ()})))


@pytest.fixture
def polices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of fonts of one's own."""
    racine = tmp_path / "polices"
    racine.mkdir()
    monkeypatch.setattr(ecriture, "POLICES", racine)
    ecriture._echelle.cache_clear()
    yield racine
    ecriture._echelle.cache_clear()


def test_sans_aucune_police_installee_les_accents_restent(polices: Path) -> None:
    assert not list(polices.iterdir())
    lu = mots(feuille.dessiner(lettre(destinataire=("Œuvre à l’été – 5 €", "שלום"))))
    assert "Œuvre à l’été – 5 €" in lu
    assert "????" in lu
    assert "Lettre recommandée avec avis de réception" in lu
    assert "Adresse à relire" in lu


def test_une_police_abimee_laisse_la_place_a_la_suivante(polices: Path) -> None:
    (polices / "crosextra").mkdir()
    (polices / "crosextra" / "Carlito-Regular.ttf").write_bytes(b"pas une police")
    (polices / "liberation2").symlink_to("/usr/share/fonts/truetype/liberation2")
    pdf = feuille.dessiner(lettre())
    noms = {
        p.get_object()["/BaseFont"]
        for p in PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    }
    assert {nom.split("+")[1] for nom in noms} == {"LiberationSans", "LiberationSans-Bold"}
    assert DESTINATAIRE[2] in texte(pdf)
