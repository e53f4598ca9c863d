"""A letter edited in Word at its approval leaves in the place of the one prepared."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement

from dossier.adapters.render_docx import RenduDocx
from dossier.core.errors import DonneeInvalide, ErreurRendu
from dossier.core.faits import Decision, EnvoiRemplace, RemiseTentee
from dossier.services import saisies
from dossier.services.creances import consigner
from tests.fakes import RenduFactice
from tests.services.atelier import Atelier
from tests.services.test_saisies import a_l_approbation

CORRIGE = b"PK\x03\x04 un fichier Word"


def approuver(atelier: Atelier, docx: bytes | None = CORRIGE, decision: Decision = Decision.APPROUVER) -> str:
    return saisies.repondre(
        atelier.outils, "FA-1", decision, "Anne", auteur="Anne", motif="relu", document=docx
    )


def test_le_word_corrige_est_converti_archive_et_part_a_la_place() -> None:
    atelier = a_l_approbation()
    avant = atelier.etat().envois_de("mise-en-demeure")[-1].prepare
    approuver(atelier)
    atelier.agir()
    envoi = atelier.etat().envois_de("mise-en-demeure")[-1]
    assert envoi.fait is not None
    assert envoi.prepare.cle == avant.cle
    assert atelier.store.get(envoi.prepare.source.cle) == CORRIGE
    assert envoi.prepare.pdf != avant.pdf
    (remis,) = [pdf for nom, pdf in atelier.poste.plis.items() if "mise-en-demeure" in nom]
    assert remis == atelier.store.get(envoi.prepare.pdf.cle)
    (remplace,) = [f.contenu for f in atelier.journal.lire("FA-1") if isinstance(f.contenu, EnvoiRemplace)]
    assert remplace.par == "Anne"
    assert atelier.store.get(avant.source.cle), "le document d'origine reste archivé"


def test_ce_qui_n_est_pas_un_word_est_refuse() -> None:
    atelier = a_l_approbation()
    with pytest.raises(DonneeInvalide, match="n'est pas un fichier Word"):
        approuver(atelier, b"%PDF-1.7")
    assert atelier.etat().approbations == {}


def test_un_word_aux_modifications_suivies_ne_part_pas_et_rien_n_est_archive() -> None:
    atelier = a_l_approbation()
    rendu, avant = atelier.outils.rendu, set(atelier.store.documents)
    assert isinstance(rendu, RenduFactice)
    document, sortie = Document(), io.BytesIO()
    document.add_paragraph("Payez.")._p.append(OxmlElement("w:ins"))
    document.save(sortie)
    rendu.texte = RenduDocx(Path()).texte  # type: ignore[method-assign]
    with pytest.raises(ErreurRendu, match="Acceptez ou refusez toutes les modifications suivies"):
        approuver(atelier, sortie.getvalue())
    assert atelier.etat().approbations == {}
    assert set(atelier.store.documents) == avant


def test_un_document_ne_se_joint_qu_a_une_approbation() -> None:
    atelier = a_l_approbation()
    with pytest.raises(DonneeInvalide, match="qu'à une approbation"):
        approuver(atelier, decision=Decision.REFUSER)


def test_une_seconde_correction_avant_le_depart_remplace_la_premiere() -> None:
    atelier = a_l_approbation()
    approuver(atelier)
    approuver(atelier, CORRIGE + b" bis")
    envoi = atelier.etat().envois_de("mise-en-demeure")[-1]
    assert atelier.store.get(envoi.prepare.source.cle) == CORRIGE + b" bis"


def test_une_correction_qui_perd_une_mention_ou_garde_une_balise_est_refusee() -> None:
    atelier = a_l_approbation()
    rendu = atelier.outils.rendu
    assert isinstance(rendu, RenduFactice)
    lettre = "Mise en demeure de payer\nDébiteur Imaginaire SARL"
    original = atelier.etat().envois_de("mise-en-demeure")[-1].prepare.source
    dits = {atelier.store.get(original.cle): lettre, CORRIGE: "Mise en demeure de payer"}
    rendu.texte = dits.__getitem__  # type: ignore[method-assign]
    with pytest.raises(DonneeInvalide, match=r"ne porte plus .*« Débiteur Imaginaire SARL »"):
        approuver(atelier)
    dits[CORRIGE] = f"{lettre}\n{{{{ facture.numero }}}}"
    with pytest.raises(DonneeInvalide, match="balise de modèle"):
        approuver(atelier)
    dits[CORRIGE] = f"{lettre}\nBien à vous"
    approuver(atelier)
    assert atelier.etat().approbations


def test_apres_une_remise_tentee_la_reponse_ne_change_plus() -> None:
    atelier = a_l_approbation()
    approuver(atelier, None)
    cle = atelier.etat().envois_de("mise-en-demeure")[-1].prepare.cle
    consigner(
        atelier.outils,
        "FA-1",
        lambda _: [RemiseTentee(cle=cle, jour=atelier.clock.jour())],
        auteur="essai",
    )
    for decision, docx in ((Decision.REFUSER, None), (Decision.APPROUVER, CORRIGE)):
        with pytest.raises(DonneeInvalide, match="peut-être déjà imprimée"):
            approuver(atelier, docx, decision)


def test_un_word_corrige_aux_mots_interdits_ne_part_pas() -> None:
    atelier = a_l_approbation()
    rendu = atelier.outils.rendu
    assert isinstance(rendu, RenduFactice)
    rendu.dit = "COMMANDEMENT DE PAYER"
    with pytest.raises(ErreurRendu, match="Le document corrigé ne peut pas partir"):
        approuver(atelier)
    assert atelier.etat().approbations == {}
