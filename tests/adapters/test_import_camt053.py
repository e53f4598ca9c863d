"""camt.053, old and new: names and places of elements are those of the ISO 20022 schemas 001.02 and 001.08.

`exemples/releve.xml` is valid against camt.053.001.08.xsd.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dossier.adapters.import_camt053 import lecture as import_camt053
from dossier.adapters.import_camt053 import lire_camt053
from dossier.core.errors import DonneeInvalide
from dossier.core.releve import Mouvement, Releve

EXEMPLE = Path(__file__).parents[2] / "exemples" / "releve.xml"
IBAN = "FR7699999000010000000004286"


def solde(code: str, montant: str, sens: str = "CRDT") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{montant}</Amt>"
        f"<CdtDbtInd>{sens}</CdtDbtInd><Dt><Dt>2026-06-12</Dt></Dt></Bal>"
    )


def ecriture(
    montant: str = "100.00",
    sens: str = "CRDT",
    details: str = "",
    suite: str = "",
    statut: str = "<Sts><Cd>BOOK</Cd></Sts>",
    jours: str = "<BookgDt><Dt>2026-06-11</Dt></BookgDt><ValDt><Dt>2026-06-12</Dt></ValDt>",
    reference: str = "<AcctSvcrRef>R1</AcctSvcrRef>",
    devise: str = "EUR",
    retour: str = "",
) -> str:
    details = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f"<Ntry><Amt Ccy='{devise}'>{montant}</Amt><CdtDbtInd>{sens}</CdtDbtInd>{retour}{statut}{jours}{reference}"
        f"<BkTxCd/>{details}{suite}</Ntry>"
    )


def operation(
    libre: str = "FA-1",
    montant: str = "",
    sens: str = "",
    references: str = "",
    autres: str = "",
    nom: str = "DURAND",
) -> str:
    somme = f"<Amt Ccy='EUR'>{montant}</Amt>" if montant else ""
    sens = f"<CdtDbtInd>{sens}</CdtDbtInd>" if sens else ""
    parties = f"<RltdPties><Dbtr><Pty><Nm>{nom}</Nm></Pty></Dbtr></RltdPties>" if nom else ""
    remise = "".join(f"<Ustrd>{texte}</Ustrd>" for texte in libre.split("|") if texte)
    return (
        f"<TxDtls><Refs>{references}</Refs>{somme}{sens}{parties}<RmtInf>{remise}</RmtInf>{autres}</TxDtls>"
    )


def document(
    *ecritures: str, soldes: str = "", version: str = "08", compte: str = f"<IBAN>{IBAN}</IBAN>"
) -> bytes:
    return (
        f"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}'>"
        f"<BkToCstmrStmt><GrpHdr/><Stmt><Id>1</Id><Acct><Id>{compte}</Id></Acct>{soldes}{''.join(ecritures)}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()


def lire(*ecritures: str, soldes: str = "") -> Releve:
    return lire_camt053("r.xml", document(*ecritures, soldes=soldes))


def seul(*ecritures: str) -> Mouvement:
    (mouvement,) = lire(*ecritures).mouvements
    return mouvement


def motif(*ecritures: str) -> str:
    releve = lire(*ecritures)
    assert releve.mouvements == ()
    (refus,) = releve.refus
    assert refus.document == "r.xml, écriture 1"
    return refus.motif


def test_une_ecriture_donne_sa_somme_son_jour_de_valeur_et_qui_paie() -> None:
    compte = "<DbtrAcct><Id><IBAN>FR76 12</IBAN></Id></DbtrAcct>"
    parties = f"<RltdPties><Dbtr><Pty><Nm>DURAND</Nm></Pty></Dbtr>{compte}</RltdPties>"
    detail = f"<TxDtls><Refs><EndToEndId>E2E</EndToEndId></Refs>{parties}<RmtInf><Ustrd>FA-1</Ustrd></RmtInf></TxDtls>"
    assert seul(ecriture("1234.5", details=detail)) == Mouvement(
        lieu="écriture 1",
        compte=IBAN,
        jour=date(2026, 6, 12),
        montant=Decimal("1234.50"),
        credit=True,
        libelle="FA-1 · E2E",
        payeur="DURAND",
        iban="FR7612",
        reference="R1",
    )


def test_une_ancienne_version_se_lit_de_meme() -> None:
    detail = (
        "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        "<AmtDtls><TxAmt><Amt Ccy='EUR'>60.00</Amt></TxAmt></AmtDtls>"
        "<RltdPties><Dbtr><Nm>DURAND</Nm></Dbtr></RltdPties><RmtInf><Ustrd>FA-1</Ustrd></RmtInf></TxDtls>"
    )
    lot = detail + detail.replace("60.00", "40.00")
    releve = lire_camt053("r.xml", document(ecriture(details=lot, statut="<Sts>BOOK</Sts>"), version="02"))
    assert [(m.montant, m.payeur, m.libelle, m.attente) for m in releve.mouvements] == [
        (Decimal("60.00"), "DURAND", "FA-1", False),
        (Decimal("40.00"), "DURAND", "FA-1", False),
    ]


def test_tous_les_mots_ou_une_facture_peut_etre_nommee_sont_gardes() -> None:
    structure = (
        "<TxDtls><RmtInf><Strd><RfrdDocInf><Nb>FA-2</Nb></RfrdDocInf><CdtrRefInf><Ref>RF18FA3</Ref></CdtrRefInf>"
        "<AddtlRmtInf>FA-4</AddtlRmtInf></Strd></RmtInf><AddtlTxInf>FA-5</AddtlTxInf></TxDtls>"
    )
    assert seul(ecriture(details=structure)).libelle == "RF18FA3 · FA-2 · FA-4 · FA-5"
    assert seul(ecriture(suite="<AddtlNtryInf>VIR\n DURAND</AddtlNtryInf>")).libelle == "VIR DURAND"
    assert (
        seul(ecriture(details=operation(libre=""), suite="<AddtlNtryInf>VIR</AddtlNtryInf>")).libelle == "VIR"
    )


def test_un_texte_qui_a_pu_etre_coupe_le_dit() -> None:
    assert seul(ecriture(details=operation("FA-2026-1|0 MERCI"))).libelle == "FA-2026-1… · 0 MERCI"
    assert seul(ecriture(details=operation("x" * 139))).libelle == "x" * 139
    assert seul(ecriture(details=operation("x" * 140))).libelle == "x" * 140 + "…"


def test_le_dernier_debiteur_se_lit_faute_du_premier() -> None:
    parties = "<RltdPties><UltmtDbtr><Nm>FILIALE</Nm></UltmtDbtr></RltdPties>"
    assert seul(ecriture(details=f"<TxDtls>{parties}</TxDtls>")).payeur == "FILIALE"
    assert seul(ecriture(details="<TxDtls><RltdPties/></TxDtls>")).payeur == ""
    assert seul(ecriture(details="<TxDtls/>")).payeur == ""


def test_un_lot_donne_une_ligne_par_operation_quand_leur_somme_est_la_sienne() -> None:
    lot = operation("FA-1", "60.00") + operation("FA-2", "40.00", nom="MARTIN")
    un, deux = lire(ecriture(details=lot)).mouvements
    assert (un.lieu, un.montant, un.payeur, un.reference) == (
        "écriture 1, opération 1",
        Decimal("60.00"),
        "DURAND",
        "R1/1",
    )
    assert (deux.lieu, deux.montant, deux.libelle, deux.reference) == (
        "écriture 1, opération 2",
        Decimal("40.00"),
        "FA-2",
        "R1/2",
    )


def test_un_lot_net_garde_le_sens_de_chaque_operation() -> None:
    lot = operation(montant="130.00", sens="CRDT") + operation(montant="30.00", sens="DBIT")
    assert [(m.montant, m.credit) for m in lire(ecriture(details=lot)).mouvements] == [
        (Decimal("130.00"), True),
        (Decimal("30.00"), False),
    ]


@pytest.mark.parametrize(
    "lot",
    [
        operation("FA-1", "60.00") + operation("FA-2", "40.01"),
        operation("FA-1", "60.00") + operation("FA-2"),
        operation("FA-1", "60.00", "XXXX") + operation("FA-2", "40.00"),
    ],
)
def test_un_lot_dont_le_detail_ne_fait_pas_la_somme_reste_une_ligne_a_voir(lot: str) -> None:
    mouvement = seul(ecriture(details=lot))
    assert (mouvement.montant, mouvement.libelle) == (Decimal("100.00"), "FA-1 · FA-2")
    assert mouvement.reserve == "la banque réunit 2 opérations sans dire la somme de chacune"


@pytest.mark.parametrize(
    ("references", "attendues"),
    [
        (("A", "B"), ["A", "B"]),
        (("A", "A"), ["", ""]),
        (("A", ""), ["", ""]),
        (("NONREF", "B"), ["", ""]),
    ],
)
def test_les_operations_d_un_lot_sans_reference_n_en_partagent_jamais_une(
    references: tuple[str, str], attendues: list[str]
) -> None:
    lot = "".join(
        operation(montant="50.00", references=f"<AcctSvcrRef>{r}</AcctSvcrRef>") for r in references
    )
    lues = lire(ecriture(details=lot, reference="<AcctSvcrRef>NONREF</AcctSvcrRef>")).mouvements
    assert [m.reference for m in lues] == attendues


def test_la_reference_d_une_operation_seule_est_celle_de_l_ecriture_sinon_la_sienne() -> None:
    detail = operation(references="<AcctSvcrRef>T1</AcctSvcrRef>")
    assert seul(ecriture(details=detail)).reference == "R1"
    assert seul(ecriture(details=detail, reference="")).reference == "T1"


@pytest.mark.parametrize(
    ("retour", "details", "attendu"),
    [
        ("<RvslInd>true</RvslInd>", "", True),
        ("<RvslInd>1</RvslInd>", "", True),
        ("<RvslInd>false</RvslInd>", "", False),
        ("", operation(autres="<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"), True),
        ("", operation(montant="1") + operation(autres="<RtrInf/>"), True),
        ("", operation(), False),
    ],
)
def test_un_retour_se_lit_a_son_indicateur_ou_a_son_motif(retour: str, details: str, attendu: bool) -> None:
    mouvement = seul(ecriture(sens="DBIT", retour=retour, details=details))
    assert (mouvement.credit, mouvement.retour) == (False, attendu)


@pytest.mark.parametrize(
    ("statut", "attente"),
    [("<Sts>BOOK</Sts>", False), ("<Sts><Cd>PDNG</Cd></Sts>", True), ("<Sts>INFO</Sts>", True), ("", False)],
)
def test_ce_qui_n_est_pas_comptabilise_attend(statut: str, attente: bool) -> None:
    assert seul(ecriture(statut=statut)).attente is attente


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [
        ("<BookgDt><Dt>2026-06-11</Dt></BookgDt>", date(2026, 6, 11)),
        ("<ValDt><DtTm>2026-06-12T23:30:00+02:00</DtTm></ValDt>", date(2026, 6, 12)),
    ],
)
def test_le_jour_est_celui_de_la_valeur_sinon_de_l_ecriture(jours: str, attendu: date) -> None:
    assert seul(ecriture(jours=jours)).jour == attendu


@pytest.mark.parametrize(
    ("ecrite", "dit"),
    [
        (ecriture("douze"), "« douze » n'est pas une somme"),
        (ecriture("1.234"), "« 1.234 » n'est pas une somme"),
        (ecriture("-5.00"), "n'est pas une somme"),
        (ecriture("NaN"), "n'est pas une somme"),
        (ecriture("1000000000"), "n'est pas une somme"),
        (ecriture(""), "«  » n'est pas une somme"),
        (ecriture(devise="USD"), "en USD, et seuls les euros"),
        (ecriture(sens="XXXX"), "ni un crédit (CRDT) ni un débit"),
        (ecriture(jours=""), "date de valeur manque"),
        (ecriture(jours="<ValDt><Dt>2026-02-30</Dt></ValDt>"), "n'existe pas au calendrier"),
    ],
)
def test_une_ecriture_illisible_est_refusee_seule(ecrite: str, dit: str) -> None:
    assert dit in motif(ecrite)
    avec = lire(ecrite, ecriture())
    assert (len(avec.mouvements), len(avec.refus)) == (1, 1)


OUVERTURE, CLOTURE = solde("OPBD", "1000.00"), solde("CLBD", "1070.00")


@pytest.mark.parametrize(
    ("soldes", "alerte"),
    [
        (OUVERTURE + CLOTURE, False),
        (solde("PRCD", "1000.00") + CLOTURE, False),
        (solde("OPBD", "1000.01") + CLOTURE, True),
        (solde("OPBD", "0.00") + solde("CLBD", "70.00", "DBIT"), True),
        (solde("OPBD", "50.00", "DBIT") + solde("CLBD", "20.00"), False),
        (OUVERTURE, False),
        (CLOTURE, False),
        (OUVERTURE + solde("CLBD", "illisible"), False),
    ],
)
def test_les_soldes_disent_s_il_manque_des_lignes(soldes: str, alerte: bool) -> None:
    attente = ecriture("7.00", statut="<Sts>PDNG</Sts>")
    releve = lire(ecriture(), ecriture("30.00", "DBIT"), attente, soldes=soldes)
    assert bool(releve.alertes) is alerte


def test_une_ecriture_refusee_ne_fait_pas_douter_des_soldes() -> None:
    assert lire(ecriture("douze"), soldes=OUVERTURE + CLOTURE).alertes == ()


def test_un_compte_sans_iban_et_plusieurs_releves_se_lisent() -> None:
    autre = document(ecriture(), compte="<Othr><Id>12 34</Id></Othr>")
    stmt = autre.split(b"<GrpHdr/>")[1].split(b"</BkToCstmrStmt>")[0]
    deux = document(ecriture()).replace(b"</BkToCstmrStmt>", stmt + b"</BkToCstmrStmt>")
    releve = lire_camt053("r.xml", deux)
    assert [(m.compte, m.lieu) for m in releve.mouvements] == [
        (IBAN, "relevé 1, écriture 1"),
        ("1234", "relevé 2, écriture 1"),
    ]


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"<Document><BkToCstmrStmt>", "endommagé à la ligne 1"),
        (b"<!DOCTYPE d [<!ENTITY e 'x'>]><Document>&e;</Document>", "DOCTYPE"),
        (
            b"<!DOCTYPE d SYSTEM 'file:///etc/passwd'><Document><BkToCstmrStmt><Stmt/></BkToCstmrStmt></Document>",
            "DOCTYPE",
        ),
        (b"<Document><BkToCstmrDbtCdtNtfctn/></Document>", "camt.054"),
        (b"<Document><BkToCstmrAcctRpt/></Document>", "camt.052"),
        (b"<Document><BkToCstmrStmt/></Document>", "aucun relev"),
        (b"<Invoice><ID/></Invoice>", "pas un relev"),
        (b"<Invoice/>", "pas un relev"),
    ],
)
def test_un_fichier_qui_n_est_pas_un_releve_est_refuse(contenu: bytes, dit: str) -> None:
    with pytest.raises(DonneeInvalide, match=dit):
        lire_camt053("r.xml", contenu)


def test_une_bombe_d_entites_est_refusee_sans_etre_depliee() -> None:
    entites = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    bombe = f"<!DOCTYPE d [<!ENTITY e0 'x'>{entites}]><Document>&e11;</Document>".encode()
    with pytest.raises(DonneeInvalide):
        lire_camt053("r.xml", bombe)


def test_les_tailles_sont_bornees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_camt053, "ECRITURES_MAX", 2)
    assert len(lire(ecriture(), ecriture()).mouvements) == 2
    with pytest.raises(DonneeInvalide, match="plus de 2 écritures"):
        lire(ecriture(), ecriture(), ecriture())
    monkeypatch.setattr(import_camt053, "TAILLE_MAX", 100)
    with pytest.raises(DonneeInvalide, match="pour moins de jours"):
        lire(ecriture())


def test_l_exemple_livre_se_lit_et_ses_soldes_tombent_juste() -> None:
    releve = lire_camt053("releve.xml", EXEMPLE.read_bytes())
    assert (len(releve.mouvements), releve.refus, releve.alertes) == (9, (), ())
    assert b"SPECIMEN" in EXEMPLE.read_bytes()


def famille(code: str) -> str:
    return (
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{code}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    )


@pytest.mark.parametrize(
    ("sens", "code", "mots", "retour", "reserve"),
    [
        ("DBIT", "UPCQ", "", True, False),
        ("DBIT", "UPDD", "", True, False),
        ("DBIT", "ESCT", "", False, False),
        ("DBIT", "ESCT", "REJET CHEQUE FA-1", True, False),
        ("DBIT", "ESCT", "FRAIS REJET CHEQUE", False, False),
        ("CRDT", "RRTN", "", False, True),
        ("CRDT", "ESCT", "", False, False),
    ],
)
def test_ce_qui_reprend_une_autre_operation_se_lit_a_son_code_ou_a_ses_mots(
    sens: str, code: str, mots: str, *, retour: bool, reserve: bool
) -> None:
    dits = f"<AddtlNtryInf>{mots}</AddtlNtryInf>"
    ecrite = ecriture(sens=sens, suite=dits).replace("<BkTxCd/>", famille(code))
    detaillee = ecriture(sens=sens, details=operation("FA-1", autres=famille(code)), suite=dits)
    for document_ecrit in (ecrite, detaillee):
        (lu,) = lire_camt053("r.xml", document(document_ecrit)).mouvements
        if document_ecrit is ecrite or not mots:
            assert (lu.retour, bool(lu.reserve)) == (retour, reserve)


@pytest.mark.parametrize(
    ("lot", "details", "reserve"),
    [
        ("<Btch><NbOfTxs>3</NbOfTxs></Btch>", operation("FA-1"), True),
        ("<Btch><NbOfTxs>3</NbOfTxs></Btch>", "", True),
        ("<Btch><NbOfTxs>1</NbOfTxs></Btch>", operation("FA-1"), False),
        ("<Btch><NbOfTxs>x</NbOfTxs></Btch>", operation("FA-1"), False),
        ("", operation("FA-1", montant="99.99"), True),
        ("", operation("FA-1", montant="100.00"), False),
        ("", operation("FA-1"), False),
    ],
)
def test_un_lot_dont_une_seule_operation_est_dite_attend_une_personne(
    lot: str, details: str, *, reserve: bool
) -> None:
    (lu,) = lire_camt053("r.xml", document(ecriture(details=lot + details))).mouvements
    assert bool(lu.reserve) is reserve
    assert lu.montant == Decimal(100)
