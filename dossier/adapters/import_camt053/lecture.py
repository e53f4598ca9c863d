"""Bank statements in ISO 20022 camt.053 (BankToCustomerStatement), versions 001.02 to 001.14.

What differs between versions and is read in both ways: the status of an entry (`Sts`, then `Sts/Cd`), the name of
a party (`Dbtr/Nm`, then `Dbtr/Pty/Nm`), the amount of a transaction (`AmtDtls/TxAmt/Amt`, then `Amt`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from lxml import etree

from dossier.adapters.import_camt053.champs import credit_de, jour_de, montant_de, texte_de
from dossier.core.champs_lus import sur_une_ligne
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Refus
from dossier.core.montants import ZERO
from dossier.core.releve import (
    TAILLE_MAX,
    Mouvement,
    Releve,
    controle_des_soldes,
    joindre,
    reference_utile,
    reunir,
    semble_un_retour,
    total,
)

ECRITURES_MAX = 200_000
_REMEDE = "demandez à la banque un relevé camt.053 (format XML ISO 20022)"
_AUTRES = {
    "BkToCstmrAcctRpt": "un relevé intrajournalier (camt.052)",
    "BkToCstmrDbtCdtNtfctn": "un avis d'opérations (camt.054)",
    "CstmrDrctDbtInitn": "une remise de prélèvements (pain.008)",
    "CstmrCdtTrfInitn": "une remise de virements (pain.001)",
}
_TEXTE_MAX = 140
"""Characters of one `Ustrd` (Max140Text): what fills it may be cut."""
_LIBRE = "{*}RmtInf/{*}Ustrd"
_TEXTES = (
    "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref",
    "{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb",
    "{*}RmtInf/{*}Strd/{*}AddtlRmtInf",
    "{*}Refs/{*}EndToEndId",
    "{*}AddtlTxInf",
)
_REPRISES = frozenset({"RRTN", "RPCR", "RCDD", "PRDD", "UPDD", "UPCQ", "UPCT"})
"""Sub-families of `BkTxCd` that take back another line: returns, cancellations, unpaid cheques and direct debits."""
_REPRISE = "la banque la donne pour la reprise d'une autre opération"
_PAYEURS = ("{*}Dbtr/{*}Pty/{*}Nm", "{*}Dbtr/{*}Nm", "{*}UltmtDbtr/{*}Pty/{*}Nm", "{*}UltmtDbtr/{*}Nm")


def lire_camt053(nom: str, contenu: bytes) -> Releve:
    """The lines of every statement of the file, in order; an entry that cannot be read is refused alone.

    A batch gives one line per transaction when their sum is that of the entry; else one line that a person must
    look at. `nom`: the file's, for the refusals. No entity is expanded and nothing is fetched. Raises
    DonneeInvalide when it is no camt.053.
    """
    racine = _arbre(contenu)
    releves = racine.findall("{*}BkToCstmrStmt/{*}Stmt")
    if not releves:
        raise DonneeInvalide(_autre_chose(racine))
    if sum(1 for _ in racine.iter("{*}Ntry")) > ECRITURES_MAX:
        raise DonneeInvalide(
            f"Le relevé a plus de {ECRITURES_MAX} écritures : demandez-le pour une période plus courte."
        )
    lus = [
        _releve(nom, releve, f"relevé {rang}, " if len(releves) > 1 else "")
        for rang, releve in _rangs(releves)
    ]
    return Releve(
        tuple(mouvement for lu in lus for mouvement in lu.mouvements),
        tuple(refus for lu in lus for refus in lu.refus),
        tuple(alerte for lu in lus for alerte in lu.alertes),
    )


def _arbre(contenu: bytes) -> etree._Element:
    if len(contenu) > TAILLE_MAX:
        raise DonneeInvalide(
            f"Le relevé dépasse {TAILLE_MAX // 1_000_000} Mo : {_REMEDE} pour moins de jours."
        )
    analyseur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        racine = etree.fromstring(contenu, analyseur)
    except etree.XMLSyntaxError as error:
        ligne = error.lineno or 1
        raise DonneeInvalide(
            f"Le relevé XML est endommagé à la ligne {ligne} : demandez-le de nouveau à la banque."
        ) from error
    if racine.getroottree().docinfo.doctype:
        raise DonneeInvalide(
            "Le relevé XML déclare un DOCTYPE, ce qu'aucune banque n'écrit : vérifiez d'où vient le fichier."
        )
    return racine


def _autre_chose(racine: etree._Element) -> str:
    """Why that XML is not a statement."""
    message = next((etree.QName(enfant).localname for enfant in racine.iterchildren("*")), "")
    if message in _AUTRES:
        return f"Ce fichier est {_AUTRES[message]}, pas un relevé de compte : {_REMEDE}."
    if message == "BkToCstmrStmt":
        return "Ce fichier camt.053 ne contient aucun relevé : demandez-le de nouveau à la banque."
    return f"Ce fichier XML n'est pas un relevé de compte : {_REMEDE}."


def _rangs(elements: Sequence[etree._Element]) -> Iterator[tuple[int, etree._Element]]:
    return enumerate(elements, start=1)


def _releve(nom: str, releve: etree._Element, prefixe: str) -> Releve:
    compte = texte_de(releve, "{*}Acct/{*}Id/{*}IBAN") or texte_de(releve, "{*}Acct/{*}Id/{*}Othr/{*}Id")
    compte = "".join(compte.split())
    mouvements: list[Mouvement] = []
    refus: list[Refus] = []
    for rang, ecriture in _rangs(releve.findall("{*}Ntry")):
        lieu = f"{prefixe}écriture {rang}"
        try:
            mouvements.extend(_ecriture(ecriture, compte, lieu))
        except DonneeInvalide as error:
            refus.append(Refus(f"{nom}, {lieu}", str(error)))
    alerte = "" if refus else _soldes(releve, compte, mouvements)
    return Releve(tuple(mouvements), tuple(refus), (alerte,) if alerte else ())


def _soldes(releve: etree._Element, compte: str, mouvements: Sequence[Mouvement]) -> str:
    """Opening and closing booked balances (OPBD, else PRCD, and CLBD) against the booked entries."""
    soldes: dict[str, Decimal] = {}
    for solde in releve.findall("{*}Bal"):
        try:
            montant = montant_de(solde, "{*}Amt")
        except DonneeInvalide:
            continue
        soldes[texte_de(solde, "{*}Tp/{*}CdOrPrtry/{*}Cd")] = montant if credit_de(solde) else -montant
    ancien = soldes.get("OPBD", soldes.get("PRCD"))
    if ancien is None or "CLBD" not in soldes:
        return ""
    booked = total(mouvement for mouvement in mouvements if not mouvement.attente)
    return controle_des_soldes(compte or "du relevé", ancien, booked, soldes["CLBD"])


def _ecriture(ecriture: etree._Element, compte: str, lieu: str) -> list[Mouvement]:
    """The lines of one entry. Raises DonneeInvalide."""
    montant, credit = montant_de(ecriture, "{*}Amt"), credit_de(ecriture)
    libelle = sur_une_ligne(texte_de(ecriture, "{*}AddtlNtryInf"))
    statut = texte_de(ecriture, "{*}Sts/{*}Cd") or texte_de(ecriture, "{*}Sts")
    entiere = Mouvement(
        lieu=lieu,
        compte=compte,
        jour=jour_de(ecriture),
        montant=montant,
        credit=credit,
        libelle=libelle,
        reference=texte_de(ecriture, "{*}AcctSvcrRef"),
        retour=texte_de(ecriture, "{*}RvslInd") in {"true", "1"} or _debit_repris(ecriture, libelle, credit),
        reserve=_REPRISE if credit and _famille(ecriture) in _REPRISES else "",
        attente=statut not in {"", "BOOK"},
    )
    details = ecriture.findall("{*}NtryDtls/{*}TxDtls")
    annoncees = sum(_annoncees(lot) for lot in ecriture.findall("{*}NtryDtls"))
    if len(details) > 1:
        return _lot(entiere, details)
    seule = _detaille(entiere, details[0]) if details else entiere
    if annoncees > 1 or (details and _partielle(entiere, details[0])):
        return [
            seule._replace(reserve="la banque y réunit d'autres opérations, dont elle ne donne pas le détail")
        ]
    return [seule]


def _debit_repris(element: etree._Element, libelle: str, credit: bool) -> bool:
    """Whether it takes money back, by its code or its words: banks leave `RvslInd` out of unpaid cheques."""
    return not credit and (_famille(element) in _REPRISES or semble_un_retour(libelle))


def _famille(element: etree._Element) -> str:
    return texte_de(element, "{*}BkTxCd/{*}Domn/{*}Fmly/{*}SubFmlyCd")


def _annoncees(lot: etree._Element) -> int:
    """How many transactions the bank says that it put together there (`Btch/NbOfTxs`)."""
    texte = texte_de(lot, "{*}Btch/{*}NbOfTxs")
    return int(texte) if texte.isascii() and texte.isdecimal() else 0


def _partielle(entiere: Mouvement, detail: etree._Element) -> bool:
    """Whether that only transaction is less than its entry: another one is not told."""
    try:
        return _montant_du_detail(detail) < entiere.montant
    except DonneeInvalide:  # no sum of its own, or the one in the payer's currency: the entry's is right
        return False


def _lot(entiere: Mouvement, details: Sequence[etree._Element]) -> list[Mouvement]:
    """One line per transaction when their sum is that of the entry; else one line of all their words."""
    try:
        montants = [_montant_du_detail(detail) for detail in details]
        sens = [_sens_du_detail(detail, entiere) for detail in details]
    except DonneeInvalide:
        montants, sens = [], []
    somme = sum((m if s is entiere.credit else -m for m, s in zip(montants, sens, strict=True)), ZERO)
    if not montants or somme != entiere.montant:
        tous = [_detaille(entiere, detail) for detail in details]
        libelle = joindre(m.libelle for m in tous)
        reserve = f"la banque réunit {len(details)} opérations sans dire la somme de chacune"
        retour = any(m.retour for m in tous)
        return [entiere._replace(libelle=libelle or entiere.libelle, reserve=reserve, retour=retour)]
    references = _references(entiere.reference, details)
    return [
        _detaille(
            entiere._replace(
                lieu=f"{entiere.lieu}, opération {rang}",
                montant=montants[rang - 1],
                credit=sens[rang - 1],
                libelle="",
            ),
            detail,
        )._replace(reference=references[rang - 1])
        for rang, detail in _rangs(details)
    ]


def _references(du_lot: str, details: Sequence[etree._Element]) -> list[str]:
    """How the bank names each transaction of a batch: never the same name for two of them."""
    if reference_utile(du_lot):
        return [f"{du_lot}/{rang}" for rang, _ in _rangs(details)]
    propres = [texte_de(detail, "{*}Refs/{*}AcctSvcrRef") for detail in details]
    distinctes = len(set(propres)) == len(propres) and all(map(reference_utile, propres))
    return propres if distinctes else [""] * len(propres)


def _detaille(entiere: Mouvement, detail: etree._Element) -> Mouvement:
    """The entry with what one of its transactions adds: words, payer, reference, return."""
    libelle = _libelle(detail)
    parties = detail.find("{*}RltdPties")
    propre = texte_de(detail, "{*}Refs/{*}AcctSvcrRef")
    return entiere._replace(
        libelle=libelle or entiere.libelle,
        payeur=_payeur(parties),
        iban="" if parties is None else "".join(texte_de(parties, "{*}DbtrAcct/{*}Id/{*}IBAN").split()),
        reference=entiere.reference if reference_utile(entiere.reference) else propre,
        retour=entiere.retour
        or detail.find("{*}RtrInf") is not None
        or _debit_repris(detail, libelle, entiere.credit),
        reserve=entiere.reserve or (_REPRISE if entiere.credit and _famille(detail) in _REPRISES else ""),
    )


def _payeur(parties: etree._Element | None) -> str:
    if parties is None:
        return ""
    return next((nom for chemin in _PAYEURS if (nom := sur_une_ligne(texte_de(parties, chemin)))), "")


def _montant_du_detail(detail: etree._Element) -> Decimal:
    """`Amt` of that transaction, or `AmtDtls/TxAmt/Amt` of older versions. Raises DonneeInvalide."""
    direct = detail.find("{*}Amt") is not None
    return montant_de(detail, "{*}Amt" if direct else "{*}AmtDtls/{*}TxAmt/{*}Amt")


def _sens_du_detail(detail: etree._Element, entiere: Mouvement) -> bool:
    return entiere.credit if detail.find("{*}CdtDbtInd") is None else credit_de(detail)


def _libelle(detail: etree._Element) -> str:
    """The words of a transaction: what the payer wrote, then the references."""
    libre = reunir([trouve.text or "" for trouve in detail.findall(_LIBRE)], _TEXTE_MAX)
    autres = (trouve.text or "" for chemin in _TEXTES for trouve in detail.findall(chemin))
    return joindre([libre, *map(sur_une_ligne, autres)])
