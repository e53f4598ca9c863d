"""Attacks on a real sealed dossier: each must be found, and named."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
)
from dossier.core.errors import ErreurAssemblage
from dossier.core.faits import (
    GENESE,
    Fait,
    empreinte_fait,
)
from dossier.services.enveloppe import ouvrir
from dossier.services.verification import Lecteurs
from tests.services.scelles import (
    CREANCE,
    FACTURE,
    INSTANT,
    JOURNAL,
    LETTRE,
    MANIFESTE,
    PIECE_1,
    PIECE_2,
    RACINE,
    SCEAU,
    Fichiers,
    Scene,
    attaquer,
    changer,
    fautes,
    refaire,
    renumeroter,
    resceller,
    verifier,
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


def test_un_dossier_intact_est_conforme_et_dit_d_ou_vient_la_racine(scene: Scene) -> None:
    verdict = verifier(scene.zip)
    assert verdict.conforme and fautes(verdict) == {}
    messages = {constat.objet: constat.message for constat in verdict.constats}
    assert (
        "racine fournie par le dossier, à comparer avec celle que publie l'autorité"
        in (messages["Horodatage du dossier"])
    )
    assert "non qualifiee" in messages["Horodatage du dossier"]
    assert messages["Originaux"] == "4 originaux conformes au journal, dont 1 sans jeton d'horodatage."
    assert messages[f"Journal {CREANCE}"].startswith("5 faits")
    assert messages["data/index.json"].startswith("2 pièces")
    assert messages[MANIFESTE].startswith(f"{len(scene.fichiers)} fichiers")


def test_avec_la_racine_attendue_il_le_dit(scene: Scene) -> None:
    verdict = verifier(scene.zip, scene.horodateur.certificat)
    sceau = next(c for c in verdict.constats if c.objet == "Horodatage du dossier")
    assert verdict.conforme and "racine attendue" in sceau.message


def test_le_sac_refait_a_l_identique_reste_conforme(scene: Scene, tmp_path: Path) -> None:
    assert attaquer(scene, tmp_path, lambda fichiers: None) == {}
    assert refaire(dict(scene.contenu), tmp_path / "z").read_bytes() == scene.zip.read_bytes()


def test_un_octet_change_dans_chaque_fichier_est_trouve_et_nomme(scene: Scene, tmp_path: Path) -> None:
    for nom in scene.contenu:

        def alterer(fichiers: Fichiers, nom: str = nom) -> None:
            octets = bytearray(fichiers[nom])
            octets[len(octets) // 2] ^= 1
            fichiers[nom] = bytes(octets)

        trouvees = attaquer(scene, tmp_path, alterer)
        attendu = "Horodatage du dossier" if nom.endswith(SCEAU + ".tsr") or nom == SCEAU else nom
        assert attendu in trouvees, nom


def test_chaque_fichier_retire_est_nomme(scene: Scene, tmp_path: Path) -> None:
    for nom in scene.contenu:
        trouvees = attaquer(scene, tmp_path, lambda fichiers, nom=nom: fichiers.pop(nom))  # type: ignore[misc]
        assert any(nom in message for message in trouvees.values()), nom


@pytest.mark.parametrize("nom", ["data/pieces/piece-03.pdf", "note.txt", "data/journal/FA-X.jsonl"])
def test_un_fichier_ajoute_est_nomme(scene: Scene, tmp_path: Path, nom: str) -> None:
    trouvees = attaquer(scene, tmp_path, lambda fichiers: fichiers.update({nom: b"ajout"}))
    assert "a été ajouté" in trouvees[nom]


def test_des_manifestes_refaits_ne_trompent_pas_le_jeton(scene: Scene, tmp_path: Path) -> None:
    def forger(fichiers: Fichiers) -> None:
        fichiers["data/00-note-de-remise.pdf"] = b"%PDF nota"
        renumeroter(fichiers)

    trouvees = attaquer(scene, tmp_path, forger)
    assert (
        list(trouvees) == ["Horodatage du dossier"]
        and "ne porte pas sur ce contenu" in (trouvees["Horodatage du dossier"])
    )


@pytest.mark.parametrize("ligne", [b"pas une empreinte\n", b"0" * 64 + b"  data/index.json\n"])
def test_une_ligne_de_manifeste_illisible_ou_repetee_est_trouvee(
    scene: Scene, tmp_path: Path, ligne: bytes
) -> None:
    trouvees = attaquer(scene, tmp_path, lambda f: f.update({MANIFESTE: f[MANIFESTE] + ligne}))
    assert "illisible ou répétée" in trouvees[MANIFESTE]


def test_une_autre_autorite_n_est_demasquee_que_par_la_racine_attendue(scene: Scene, tmp_path: Path) -> None:
    autre = HorodateurRfc3161(*autorite_locale(tmp_path / "autre"), MENTION_LOCALE)
    fichiers = {
        nom: autre.horodater(scene.fichiers[nom.removesuffix(".tsr")]) if nom.endswith(".tsr") else contenu
        for nom, contenu in scene.fichiers.items()
    }
    imposteur = scene.sceller(fichiers, tmp_path / "imposteur.zip", autre)
    assert verifier(imposteur).conforme
    trouvees = fautes(verifier(imposteur, scene.horodateur.certificat))
    assert "pas signé par l'autorité attendue" in trouvees["Horodatage du dossier"]
    assert f"data/originaux/{FACTURE}" in trouvees


def test_le_jeton_d_une_autre_autorite_sans_sa_racine_est_refuse(scene: Scene, tmp_path: Path) -> None:
    autre = HorodateurRfc3161(*autorite_locale(tmp_path / "autre"), MENTION_LOCALE)

    def remplacer(fichiers: Fichiers) -> None:
        fichiers[f"{SCEAU}.tsr"] = autre.horodater(fichiers[SCEAU])

    assert "Horodatage du dossier" in attaquer(scene, tmp_path, remplacer)


def test_deux_jetons_echanges_sont_trouves(scene: Scene, tmp_path: Path) -> None:
    un, deux = f"originaux/{FACTURE}.tsr", f"originaux/{LETTRE}.tsr"

    def echanger(fichiers: Fichiers) -> None:
        fichiers[un], fichiers[deux] = fichiers[deux], fichiers[un]

    trouvees = resceller(scene, tmp_path, echanger)
    assert set(trouvees) == {f"data/originaux/{FACTURE}", f"data/originaux/{LETTRE}"}
    assert "son jeton d'horodatage : il n'est pas valable" in trouvees[f"data/originaux/{FACTURE}"]


def test_le_jeton_retire_d_un_original_est_trouve(scene: Scene, tmp_path: Path) -> None:
    trouvees = resceller(scene, tmp_path, lambda fichiers: fichiers.pop(f"originaux/{FACTURE}.tsr"))
    assert "son jeton d'horodatage : il manque" in trouvees[f"data/originaux/{FACTURE}"]


def test_un_original_remplace_contredit_le_journal(scene: Scene, tmp_path: Path) -> None:
    cle = f"originaux/{FACTURE}"
    trouvees = resceller(scene, tmp_path, lambda fichiers: fichiers.update({cle: b"%PDF fausse facture"}))
    assert "n'est pas celui que le journal a enregistré" in trouvees[f"data/{cle}"]
    trouvees = resceller(scene, tmp_path, lambda fichiers: fichiers.pop(cle))
    assert "manque" in trouvees[f"data/{cle}"]


def lignes_du(fichiers: Fichiers, geste: Callable[[list[bytes]], object]) -> None:
    lignes = fichiers[JOURNAL[5:]].splitlines(keepends=True)
    geste(lignes)
    fichiers[JOURNAL[5:]] = b"".join(lignes)


@pytest.mark.parametrize(
    ("geste", "dit"),
    [
        (lambda lignes: lignes.reverse(), "n'est pas à sa place"),
        (lambda lignes: lignes.insert(1, lignes.pop(2)), "n'est pas à sa place"),
        (lambda lignes: lignes.pop(1), "manque ou n'est pas à sa place"),
        (lambda lignes: lignes.append(b"{}\n"), "pas un fait lisible"),
        (lambda lignes: lignes.append(b"\xff\n"), "pas un fait lisible"),
        (lambda lignes: lignes.clear(), "vide"),
        (lambda lignes: lignes.__setitem__(0, lignes[0].replace(b"1234.56", b"9234.56")), "son empreinte"),
        (lambda lignes: lignes.__setitem__(0, lignes[0].replace(b"essai", b"autre")), "son empreinte"),
        (lambda lignes: lignes.__setitem__(0, lignes[0].replace(b"creance_ouverte", b"x")), "pas un fait"),
    ],
)
def test_un_journal_altere_est_trouve(
    scene: Scene, tmp_path: Path, geste: Callable[[list[bytes]], object], dit: str
) -> None:
    trouvees = resceller(scene, tmp_path, lambda fichiers: lignes_du(fichiers, geste))
    assert dit in trouvees[f"Journal {CREANCE}"]


def rechainer(scene: Scene, instants: list[datetime], creance: str = CREANCE) -> bytes:
    """A journal whose chain holds, with other instants or another name."""
    faits: list[Fait] = []
    for fait, instant in zip(scene.faits, instants, strict=True):
        precedente = faits[-1].empreinte if faits else GENESE
        champs = (precedente, creance, fait.numero, instant, "essai", fait.texte)
        faits.append(
            Fait(
                creance=creance,
                numero=fait.numero,
                instant=instant,
                auteur="essai",
                texte=fait.texte,
                precedente=precedente,
                empreinte=empreinte_fait(*champs),
            )
        )
    return "".join(f"{fait.model_dump_json()}\n" for fait in faits).encode()


def test_un_journal_qui_recule_dans_le_temps_est_trouve(scene: Scene, tmp_path: Path) -> None:
    egaux = [INSTANT] * 5
    assert resceller(scene, tmp_path, lambda f: f.update({JOURNAL[5:]: rechainer(scene, egaux)})) == {}
    recule = [*egaux[:3], INSTANT - timedelta(seconds=1), INSTANT]
    trouvees = resceller(scene, tmp_path, lambda f: f.update({JOURNAL[5:]: rechainer(scene, recule)}))
    assert "n°\u00a04 est daté d'avant" in trouvees[f"Journal {CREANCE}"]


def test_le_journal_d_une_autre_creance_est_trouve(scene: Scene, tmp_path: Path) -> None:
    autre = rechainer(scene, [INSTANT] * 5, "FA-AUTRE")
    trouvees = resceller(scene, tmp_path, lambda f: f.update({JOURNAL[5:]: autre}))
    assert "mêle d'autres créances" in trouvees[f"Journal {CREANCE}"]


def test_une_date_impossible_dans_le_journal_n_echappe_pas(scene: Scene, tmp_path: Path) -> None:
    def dater(lignes: list[bytes]) -> None:
        fait = json.loads(lignes[0])
        fait["instant"] = "0001-01-01T00:00:00+05:00"
        lignes[0] = json.dumps(fait).encode() + b"\n"

    trouvees = resceller(scene, tmp_path, lambda fichiers: lignes_du(fichiers, dater))
    assert "date impossible" in trouvees[f"Journal {CREANCE}"]


@pytest.mark.parametrize(
    ("ancien", "nouveau", "dit"),
    [
        (b'"numero": 2', b'"numero": 3', "ne se suivent pas"),
        (b'"numero": 1', b'"numero": 2', "ne se suivent pas"),
        (PIECE_2[5:].encode(), b"pieces/absente.pdf", "manque ou est illisible"),
        (PIECE_2[5:].encode(), PIECE_1[5:].encode(), "le même fichier"),
        (LETTRE.encode(), FACTURE.encode(), "n'est plus celui de l'index"),
        (b'"creances": ["FA-2026-0042"]', b'"creances": []', "Les créances de l'index"),
        (RACINE.encode(), b"dossier-autre", "L'index est celui de"),
        (b'"total": "1300.00"', b'"total": 1300.5', "illisible"),
        (b'"version": 1', b'"version": 2', "illisible"),
    ],
)
def test_un_index_incoherent_est_trouve(
    scene: Scene, tmp_path: Path, ancien: bytes, nouveau: bytes, dit: str
) -> None:
    trouvees = resceller(scene, tmp_path, lambda fichiers: changer(fichiers, "index.json", ancien, nouveau))
    assert dit in trouvees["data/index.json"]
    # An order to seal another dossier, or other creances, is no order to seal this one.
    assert set(trouvees) <= {"data/index.json", f"Journal {CREANCE}"}


def test_une_piece_hors_index_est_trouvee(scene: Scene, tmp_path: Path) -> None:
    trouvees = resceller(scene, tmp_path, lambda fichiers: fichiers.update({"pieces/piece-03.pdf": b"x"}))
    assert "piece-03.pdf » n'est pas dans l'index" in trouvees["data/index.json"]


def test_une_piece_dont_l_original_n_est_pas_au_journal_est_trouvee(scene: Scene, tmp_path: Path) -> None:
    def substituer(fichiers: Fichiers) -> None:
        fichiers["originaux/libre.pdf"] = b"libre"
        changer(fichiers, "index.json", LETTRE.encode(), b"libre.pdf")
        empreinte = hashlib.sha256(scene.originaux[LETTRE]).hexdigest().encode()
        changer(fichiers, "index.json", empreinte, hashlib.sha256(b"libre").hexdigest().encode())

    assert "le journal a enregistré" in resceller(scene, tmp_path, substituer)["data/index.json"]


def test_les_pages_de_la_copie_et_de_l_original_sont_comptees_quand_on_sait_compter(scene: Scene) -> None:
    pages = {
        scene.contenu[PIECE_1]: 1,
        scene.contenu[PIECE_2]: 2,
        scene.originaux[FACTURE]: 1,
        scene.originaux[LETTRE]: 2,
    }

    def compter(faux: dict[bytes, int]) -> dict[str, str]:
        return fautes(verifier(scene.zip, lecteurs=Lecteurs(compter=(pages | faux).__getitem__)))

    assert compter({}) == {}
    assert (
        "la copie a 1 page(s), l'index en annonce 2"
        in (compter({scene.contenu[PIECE_2]: 1})["Pièce n°\u00a02"])
    )
    assert "l'original a 3 page(s)" in compter({scene.originaux[LETTRE]: 3})["Pièce n°\u00a02"]

    def illisible(pdf: bytes) -> int:
        raise ErreurAssemblage("Ce fichier PDF ne peut pas être lu.")

    trouvees = fautes(verifier(scene.zip, lecteurs=Lecteurs(compter=illisible)))
    assert "ne peut pas être lu" in trouvees["Pièce n°\u00a01"]


def test_chaque_octet_des_en_tetes_compte(scene: Scene, tmp_path: Path) -> None:
    sain, attaque = scene.zip.read_bytes(), tmp_path / "attaque.zip"
    debut = sain.index(b"PK\1\2")
    for position in (*range(60), *range(debut, debut + 90), *range(len(sain) - 22, len(sain))):
        octets = bytearray(sain)
        octets[position] ^= 1
        attaque.write_bytes(octets)
        assert not verifier(attaque).conforme, f"octet {position} changé sans être vu"


@pytest.mark.parametrize("queue", [b"\0", b"PK\5\6" + b"\0" * 18, b"rallonge" * 100])
def test_ce_qui_est_colle_au_zip_est_trouve(scene: Scene, tmp_path: Path, queue: bytes) -> None:
    (tmp_path / "queue.zip").write_bytes(scene.zip.read_bytes() + queue)
    assert not verifier(tmp_path / "queue.zip").conforme
    (tmp_path / "tete.zip").write_bytes(queue + scene.zip.read_bytes())
    assert not verifier(tmp_path / "tete.zip").conforme


@pytest.mark.parametrize("octets", [b"", b"bonjour", b"PK\3\4", b"%PDF-1.7" * 999])
def test_ce_qui_n_est_pas_un_zip_donne_un_seul_constat(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "d.zip").write_bytes(octets)
    (constat,) = verifier(tmp_path / "d.zip").constats
    assert not constat.conforme and "n'est pas un fichier zip complet" in constat.message


def test_un_zip_tronque_donne_un_seul_constat(scene: Scene, tmp_path: Path) -> None:
    octets = scene.zip.read_bytes()
    for garde in (1, len(octets) // 2, len(octets) - 1):
        (tmp_path / "d.zip").write_bytes(octets[:garde])
        (constat,) = verifier(tmp_path / "d.zip").constats
        assert not constat.conforme


def test_un_fichier_absent_ou_un_repertoire_donne_un_constat(tmp_path: Path) -> None:
    for chemin in (tmp_path / "absent.zip", tmp_path):
        (constat,) = verifier(chemin).constats
        assert not constat.conforme and "ne peut pas être ouvert" in constat.message


def ecrire_zip(chemin: Path, *entrees: tuple[zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(chemin, "w") as archive:
        for entree, contenu in entrees:
            archive.writestr(entree, contenu)
    return chemin


def entree(nom: str, **champs: Any) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(nom)
    for champ, valeur in champs.items():
        setattr(info, champ, valeur)
    return info


@pytest.mark.parametrize(
    "nom",
    ["../evasion", "/etc", "d/../../x", "d//x", "d/./x", "d\\x", "C:/x", "d/é.pdf", "d/a\nb", "d/é/", "../"],
)
def test_un_nom_dangereux_est_refuse(tmp_path: Path, nom: str) -> None:
    chemin = ecrire_zip(tmp_path / "d.zip", (entree("d/ok"), b""), (entree(nom), b""))
    (constat,) = verifier(chemin).constats
    assert "nom dangereux" in constat.message


def test_une_entree_double_un_lien_ou_une_compression_sont_refuses(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        double = ecrire_zip(tmp_path / "1.zip", (entree("d/a"), b"1"), (entree("d/a"), b"2"))
    lien = ecrire_zip(tmp_path / "2.zip", (entree("d/a", external_attr=0o120777 << 16), b"/etc"))
    bombe = ecrire_zip(tmp_path / "3.zip", (entree("d/a", compress_type=zipfile.ZIP_DEFLATED), b"\0" * 10**6))
    deux = ecrire_zip(tmp_path / "4.zip", (entree("d/a"), b"1"), (entree("e/a"), b"2"))
    vide = ecrire_zip(tmp_path / "5.zip")
    dits = ["deux fois « a »", "lien symbolique", "compressé", "un seul répertoire", "un seul répertoire"]
    for chemin, dit in zip((double, lien, bombe, deux, vide), dits, strict=True):
        (constat,) = verifier(chemin).constats
        assert not constat.conforme and dit in constat.message


def test_une_entree_double_dans_un_vrai_dossier_est_refusee(scene: Scene, tmp_path: Path) -> None:
    shutil.copy(scene.zip, tmp_path / "d.zip")
    with zipfile.ZipFile(tmp_path / "d.zip", "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(f"{RACINE}/{PIECE_1}", b"%PDF autre")
    (constat,) = verifier(tmp_path / "d.zip").constats
    assert f"deux fois « {PIECE_1} »" in constat.message


def test_des_entrees_qui_se_recouvrent_sont_refusees(tmp_path: Path) -> None:
    """The overlap bomb: many names for the same bytes, more in all than the file holds."""
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entree("d/a"), b"x" * 10_000)
        champs = {"compress_size": 10_000, "file_size": 10_000, "CRC": archive.filelist[0].CRC}
        for lettre in "bcdef":
            copie = entree(f"d/{lettre}", header_offset=0, **champs)
            archive.filelist.append(copie)
        archive._didModify = True  # type: ignore[attr-defined]
    (constat,) = verifier(tmp_path / "d.zip").constats
    assert not constat.conforme and "dépassent" in constat.message


def test_un_fichier_chiffre_est_refuse(tmp_path: Path) -> None:
    octets = bytearray(ecrire_zip(tmp_path / "d.zip", (entree("d/a"), b"1")).read_bytes())
    octets[octets.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "d.zip").write_bytes(octets)
    (constat,) = verifier(tmp_path / "d.zip").constats
    assert "chiffré" in constat.message


def test_rien_n_est_deballe_sur_le_disque(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(scene.zip, tmp_path / "d.zip")
    monkeypatch.chdir(tmp_path)
    with ouvrir(tmp_path / "d.zip") as (enveloppe, defaut):
        assert enveloppe.racine == RACINE and defaut is None
    verifier(tmp_path / "d.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["d.zip"]


def test_un_expert_refait_tout_avec_sha256sum_et_openssl(scene: Scene, tmp_path: Path) -> None:
    """What LISEZ-MOI.txt says of originals and of the journal, done with the tools alone."""
    with zipfile.ZipFile(scene.zip) as archive:
        archive.extractall(tmp_path)
    nu = tmp_path / RACINE
    original = f"data/originaux/{FACTURE}"
    commande = ["openssl", "ts", "-verify", "-data", original, "-in", f"{original}.tsr"]
    subprocess.run([*commande, "-CAfile", "ca-horodatage.pem"], cwd=nu, check=True, capture_output=True)
    precedente = "0" * 64
    for ligne in (nu / JOURNAL).read_text(encoding="utf-8").splitlines():
        fait = json.loads(ligne)
        instant = fait["instant"].replace("Z", "+00:00")
        champs = (precedente, fait["creance"], str(fait["numero"]), instant, fait["auteur"], fait["texte"])
        somme = subprocess.run(
            ["sha256sum"], input="\n".join(champs).encode(), capture_output=True, check=True
        )
        assert fait["precedente"] == precedente
        precedente = somme.stdout.decode()[:64]
        assert fait["empreinte"] == precedente


def test_une_autre_racine_glissee_dans_le_sac_est_nommee_quand_la_vraie_est_connue(
    scene: Scene, tmp_path: Path
) -> None:
    autre = HorodateurRfc3161(*autorite_locale(tmp_path / "autre"), MENTION_LOCALE)
    fichiers = dict(scene.contenu)
    fichiers["ca-horodatage.pem"] = autre.certificat
    renumeroter(fichiers)
    fichiers[f"{SCEAU}.tsr"] = scene.horodateur.horodater(fichiers[SCEAU])
    trouvees = fautes(verifier(refaire(fichiers, tmp_path / "d.zip"), scene.horodateur.certificat))
    assert (
        set(trouvees) == {"ca-horodatage.pem"}
        and "LISEZ-MOI.txt échoueraient" in trouvees["ca-horodatage.pem"]
    )
