"""Two versions of one dossier, read by the debtor's lawyer: nothing may differ, leave or be hidden in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters.bag import SacBagIt
from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
    verifier_jeton,
)
from dossier.core.faits import CauseAnnulation, GenrePiece, PaiementAnnule
from dossier.core.versions import versions
from dossier.services import saisies
from dossier.services.assemblage import Scelle
from dossier.services.constats import Constat, Lecteurs
from dossier.services.creances import consigner
from dossier.services.pieces import ajouter_piece, retirer
from dossier.services.verification import verifier_dossier
from dossier.services.verification_documents import NOTE
from tests.fakes import tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier, deux_factures
from tests.services.test_assemblage import contenu, mur, sceller
from tests.services.test_completude import RenduGarde
from tests.services.test_versions import note, refaire, remettre


def presentations(rendu: RenduGarde) -> list[str]:
    return [replacee["presentation"] for replacee in note(rendu)["remplacees"]]


def test_la_remise_d_une_version_se_dit_meme_si_une_facture_close_ce_jour_la_l_ignore() -> None:
    rendu = RenduGarde()
    atelier = mur(*deux_factures(), rendu=rendu)
    premiere = sceller(atelier)
    atelier.payer("500", "FA-2")
    atelier.agir("FA-2")
    assert atelier.etat("FA-2").fin is not None
    remettre(atelier)
    annuler(atelier, "FA-2")
    assert atelier.etat("FA-2").fin is None
    refaire(atelier)
    assert sceller(atelier).creances == ("FA-1", "FA-2")
    (dite,) = presentations(rendu)
    assert premiere.fait.dossier in dite and "remise à Me Martin" in dite


def annuler(atelier: Atelier, creance: str, cause: CauseAnnulation = CauseAnnulation.IMPAYE) -> None:
    """The last payment does not count any more."""
    paiement, jour = atelier.etat(creance).paiements[-1], atelier.clock.jour()
    annule = PaiementAnnule(
        paiement=paiement, cause=cause, motif="raison secrète", par="Agent Secret", jour=jour
    )
    consigner(atelier.outils, creance, lambda _: [annule], auteur="essai")


def test_la_troisieme_version_repond_aussi_a_celui_qui_n_a_que_la_premiere() -> None:
    rendu = RenduGarde()
    atelier = mur(rendu=rendu)
    une = sceller(atelier)
    remettre(atelier)
    atelier.payer("100")
    refaire(atelier)
    deux = sceller(atelier)
    atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    atelier.payer("50")
    refaire(atelier)
    trois = sceller(atelier)
    premiere, seconde = note(rendu)["remplacees"]
    assert une.fait.dossier in premiere["presentation"] and "Me Martin" in premiere["presentation"]
    assert deux.fait.dossier in seconde["presentation"] and "remise à personne" in seconde["presentation"]
    dites = [
        "\n".join(r["differences"]).replace("\u00a0", " ").replace("\u202f", " ") for r in (premiere, seconde)
    ]
    assert "Reste sur la facture FA-1 : 1 000,00 €, puis 850,00 €." in dites[0]
    assert "Reste sur la facture FA-1 : 900,00 €, puis 850,00 €." in dites[1]
    index = json.loads(contenu(atelier, trois)["index.json"])
    assert [ancienne["dossier"] for ancienne in index["remplace"]] == [une.fait.dossier, deux.fait.dossier]
    assert [v.scelle.dossier for v in versions(atelier.outils.journal.lire("FA-1"))] == [
        s.fait.dossier for s in (une, deux, trois)
    ]


# What the verifier sees of a second version that was forged by who holds the authority


Trois = tuple[Atelier, list[Scelle], HorodateurRfc3161]


@pytest.fixture(scope="module")
def trois_versions(
    tmp_path_factory: pytest.TempPathFactory,
) -> Trois:
    """The first was handed over to Me Martin, the second to nobody."""
    dossier = tmp_path_factory.mktemp("versions")
    horodateur = HorodateurRfc3161(*autorite_locale(dossier / "autorite"), MENTION_LOCALE)
    atelier = mur(horodateur=horodateur, sac=SacBagIt(horodateur))
    scelles = [sceller(atelier)]
    remettre(atelier)
    for _ in range(2):
        refaire(atelier, forcer=True)
        scelles.append(sceller(atelier))
    return atelier, scelles, horodateur


def fautes(trois: Trois, sortie: Path, **index: Any) -> str:
    """What is found once the index of the third version says otherwise; None takes a field away."""
    return " ".join(c.message for c in constats(trois, sortie, {}, Lecteurs(), **index) if not c.conforme)


def constats(
    trois: Trois, sortie: Path, autres: dict[str, bytes], lecteurs: Lecteurs, **index: Any
) -> tuple[Constat, ...]:
    """What is found in the third version, sealed again with other files."""
    atelier, scelles, horodateur = trois
    fichiers = {**contenu(atelier, scelles[2]), **autres}
    lu = {**json.loads(fichiers["index.json"]), **index}
    lu = {nom: valeur for nom, valeur in lu.items() if valeur is not None}
    fichiers["index.json"] = json.dumps(lu).encode()
    ancres = " ".join(f"{a['creance']}:{a['numero']}:{a['empreinte']}" for a in lu["ancres"])
    infos = {"External-Identifier": scelles[2].fait.dossier, "Dernier-Fait": ancres}
    prepare = atelier.etat().preparation
    assert prepare is not None
    zip_ = sortie / "d.zip"
    SacBagIt(horodateur).sceller(scelles[2].fait.dossier, fichiers, infos, prepare.instant, zip_)
    return verifier_dossier(zip_, verifier_jeton, horodateur.certificat, lecteurs=lecteurs).constats


def ancienne(scelle: Scelle) -> dict[str, str]:
    return {"dossier": scelle.fait.dossier, "empreinte": scelle.fait.zip.empreinte}


def test_une_version_qui_tait_celles_qu_elle_remplace_ou_en_invente_est_une_faute(
    trois_versions: Trois, tmp_path: Path
) -> None:
    une, deux, trois = map(ancienne, trois_versions[1])
    pas_celles = "ne sont pas celles du journal"
    assert fautes(trois_versions, tmp_path) == ""
    assert "ne dit pas quelle version il remplace" in fautes(trois_versions, tmp_path, remplace=None)
    for dites in ([], [une], [deux], [une, deux, trois], [une, {**deux, "empreinte": "0" * 64}]):
        assert pas_celles in fautes(trois_versions, tmp_path, remplace=dites), dites


def test_un_dossier_d_une_autre_version_du_logiciel_n_a_que_la_derniere_a_dire(
    trois_versions: Trois, tmp_path: Path
) -> None:
    _, deux, _ = map(ancienne, trois_versions[1])
    assert fautes(trois_versions, tmp_path, logiciel="0.0.1", remplace=[deux]) == ""
    assert fautes(trois_versions, tmp_path, logiciel="0.0.1", remplace=None) == ""
    assert "ne sont pas celles" in fautes(trois_versions, tmp_path, logiciel="0.0.1", remplace=[])


@pytest.mark.parametrize(
    ("dit", "faute"),
    [
        ("note de {nom} remplace {une} et {deux}", ""),
        ("note de d-v1", "Elle n'est pas celle de {nom}. Elle ne dit pas"),
        ("note de {nom} remplace {deux}", "Elle ne dit pas que ce dossier remplace {v1}."),
        ("note de {nom} {une_coupee} {deux}", ""),
    ],
)
def test_la_note_d_une_autre_version_est_une_faute(
    trois_versions: Trois, tmp_path: Path, dit: str, faute: str
) -> None:
    une, deux, trois = map(ancienne, trois_versions[1])
    coupee = f"{une['empreinte'][:30]} page 2 {une['empreinte'][30:]}"
    mots = {"nom": trois["dossier"], "v1": une["dossier"], "une": une["empreinte"], "deux": deux["empreinte"]}
    texte = dit.format(**mots, une_coupee=coupee)
    note_ = tiny_pdf("note")
    lecteurs = Lecteurs(compter=lambda _: 1, texte=lambda pdf: texte if pdf == note_ else "")
    autres = {NOTE.removeprefix("data/"): note_}
    lus = [c for c in constats(trois_versions, tmp_path, autres, lecteurs) if c.objet == NOTE]
    assert faute.format(**mots) in " ".join(c.message for c in lus if not c.conforme)
    assert [c.conforme for c in lus] == [True] if not faute else not any(c.conforme for c in lus)


def test_la_copie_d_une_ancienne_version_sous_un_autre_numero_est_une_faute(tmp_path: Path) -> None:
    horodateur = HorodateurRfc3161(*autorite_locale(tmp_path / "autorite"), MENTION_LOCALE)
    atelier = mur(horodateur=horodateur, sac=SacBagIt(horodateur))
    une = sceller(atelier)
    jour = atelier.clock.jour()
    ajouter_piece(atelier.outils, "FA-1", GenrePiece.CONTRAT, "", jour, tiny_pdf("c"), auteur="essai")
    refaire(atelier)
    deux = sceller(atelier)
    (avant, apres) = (json.loads(contenu(atelier, s)["index.json"])["pieces"] for s in (une, deux))
    assert avant[0]["empreinte_original"] == apres[1]["empreinte_original"], "la n° 1 est devenue la n° 2"
    relieur = atelier.outils.relieur
    lecteurs = Lecteurs(compter=relieur.compter, texte=relieur.texte, tamponner=relieur.tamponner)
    ancienne_copie = {apres[1]["fichier"]: contenu(atelier, une)[avant[0]["fichier"]]}
    for autres, conforme in (({}, True), (ancienne_copie, False)):
        trois = (atelier, [une, une, deux], horodateur)
        lus = [c for c in constats(trois, tmp_path, autres, lecteurs) if "Pièce n°" in c.objet]
        assert all(c.conforme for c in lus) is conforme, lus


# What the debtor must never read


SECRETS = ("Me Secret", "raison secrète", "Agent Secret")
SERVIS = ("requete", "bordereau", "decompte", "chronologie", "champs", "mandat")


def test_rien_de_ce_qui_est_au_personnel_n_entre_dans_les_papiers_signifies_d_une_seconde_version() -> None:
    rendu = RenduGarde()
    atelier = mur(rendu=rendu)
    piece = ajouter_piece(
        atelier.outils, "FA-1", GenrePiece.CONTRAT, "", atelier.clock.jour(), tiny_pdf("c"), auteur="essai"
    )
    sceller(atelier)
    remettre(atelier, "Me Secret")
    titre = piece.split("« ")[1].split(" »")[0]
    retirer(atelier.outils, "FA-1", titre, "raison secrète, Me Secret", "Agent Secret", auteur="essai")
    saisies.ouvrir_litige(atelier.outils, "FA-1", "raison secrète", auteur="essai")
    saisies.lever_litige(atelier.outils, "FA-1", "raison secrète", auteur="essai")
    atelier.payer("10")
    annuler(atelier, "FA-1", CauseAnnulation.ERREUR)
    refaire(atelier, motif="raison secrète de Me Secret")
    rendu.rendus.clear()
    sceller(atelier)
    servis = {nom: lu.decode() for nom, lu in rendu.rendus.items() if any(mot in nom for mot in SERVIS)}
    assert len(servis) >= 4, sorted(rendu.rendus)
    trouves = {(nom, secret) for nom, lu in servis.items() for secret in SECRETS if secret in lu}
    assert trouves == set()
    assert "Me Secret" in str(note(rendu)), "la note, elle, dit qui tient l'ancienne version"
    assert "Agent Secret" not in str(note(rendu)) and titre not in str(servis)
