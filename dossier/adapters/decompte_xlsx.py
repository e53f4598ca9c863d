"""The statement of sums as a spreadsheet whose formulas a lawyer can follow, cell by cell (openpyxl)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from dossier.core.dates import en_chiffres
from dossier.core.decompte import Decompte
from dossier.core.errors import ErreurAssemblage
from dossier.core.montants import ZERO, arrondi
from dossier.core.totaux import TotalDecomptes, totaliser

FEUILLE = "Décompte"
ENTETES = ("Du", "Au", "Jours", "Jours de l'année", "Base", "Taux annuel", "Intérêts", "Fondement")
COLONNES = "ABCDEFGH"
LARGEURS = (13, 13, 8, 17, 16, 13, 16, 70)
PRINCIPAL, INTERETS, INDEMNITE = "Principal", "Intérêts", "Indemnité"
AVOIR, REGLEMENT, TROP_PERCU = "Avoir", "Règlement", "Trop-perçu"
TOTAUX = (
    (PRINCIPAL, "Principal des factures, toutes taxes comprises"),
    (INTERETS, "Intérêts de retard échus"),
    (INDEMNITE, "Indemnités forfaitaires pour frais de recouvrement"),
    (AVOIR, "Avoirs"),
    (REGLEMENT, "Règlements reçus"),
    (TROP_PERCU, "Trop-perçu, à rendre : il ne diminue pas les autres factures"),
)
"""The kind written in column H beside each sum of an invoice, and its line in the total."""
EUROS, TAUX, JOUR = '[$-40C]#,##0.00 "€"', "[$-40C]0.00##%", "[$-40C]dd/mm/yyyy"
GRAS = Font(bold=True)
FOND = PatternFill("solid", fgColor="E8EDF3")
FILET = Border(top=Side(style="thin"))


class _Page:
    """The sheet being written, and the value of each of its formulas."""

    def __init__(self, feuille: Worksheet) -> None:
        self.feuille = feuille
        self.ligne = 1
        self.valeurs: dict[str, Decimal] = {}

    def ecrire(self, colonne: str, valeur: str | int | Decimal | date, format_: str = "General") -> str:
        """Write one cell of the current row; gives its reference."""
        reference = f"{colonne}{self.ligne}"
        cellule = self.feuille[reference]
        cellule.value = valeur
        cellule.number_format = format_
        return reference

    def calculer(self, formule: str, valeur: Decimal) -> str:
        """Write an amount in column G as a formula that gives `valeur`."""
        reference = self.ecrire("G", f"={formule}", EUROS)
        self.valeurs[reference] = valeur
        return reference

    def intituler(self, texte: str, *, gras: bool = False) -> None:
        self.ecrire("A", texte)
        for cellule in self.feuille[self.ligne] if gras else ():
            cellule.font, cellule.border = GRAS, FILET

    def suivante(self, lignes: int = 1) -> None:
        self.ligne += lignes


def en_xlsx(decomptes: Sequence[tuple[str, Decompte]], instant: datetime) -> bytes:
    """The (invoice number, statement) pairs as one XLSX; equal inputs give equal bytes.

    Each formula also carries its value, so that a viewer which does not compute shows the same figures.
    Raises ErreurAssemblage when a formula would not give the amount of the statement, DonneeInvalide when
    the statements are not of one day.
    """
    if not decomptes:
        raise ErreurAssemblage("Le décompte n'a aucune facture.")
    classeur = Workbook()
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    classeur.properties.creator, classeur.properties.title = (
        "Dossier",
        "Décompte des sommes dues",
    )
    classeur.properties.created = utc
    classeur.calculation.fullCalcOnLoad = True
    feuille = classeur.active
    assert isinstance(feuille, Worksheet)
    page = _Page(feuille)
    ensemble = totaliser(decomptes)
    _presenter(page, decomptes[0][1].au)
    for numero, decompte in decomptes:
        _facture(page, numero, decompte)
    _total(page, ensemble)
    sortie = io.BytesIO()
    classeur.save(sortie)
    return _figer(sortie.getvalue(), utc, page.valeurs)


def _presenter(page: _Page, au: date) -> None:
    page.feuille.title = FEUILLE
    for colonne, largeur in zip(COLONNES, LARGEURS, strict=True):
        page.feuille.column_dimensions[colonne].width = largeur
    page.feuille.page_setup.orientation = "landscape"
    page.feuille.page_setup.paperSize = 9
    page.feuille.page_setup.fitToHeight = 0
    page.feuille.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.feuille["A1"].font = Font(bold=True, size=14)
    page.intituler(f"Décompte des sommes dues au {en_chiffres(au)}")
    page.suivante()
    page.intituler(
        "Intérêts = base × taux annuel × jours / jours de l'année, arrondis au centime pour chaque ligne."
    )
    page.suivante(2)


def _facture(page: _Page, numero: str, decompte: Decompte) -> None:
    """One block: the rows of interest, each sum with its kind, what remains due."""
    page.feuille[f"A{page.ligne}"].font = Font(bold=True, size=12)
    page.intituler(f"Facture n° {numero}")
    page.suivante()
    interets = _segments(page, numero, decompte)
    debut = page.ligne
    _somme(page, "Principal, toutes taxes comprises", PRINCIPAL, decompte.principal)
    page.calculer(interets, decompte.penalites)
    page.ecrire("H", INTERETS)
    page.intituler("Intérêts de retard échus")
    page.suivante()
    autres = _autres_sommes(decompte)
    for libelle, nature, montant in autres:
        _somme(page, libelle, nature, montant)
    attendu = sum((montant for _, _, montant in autres), decompte.principal + decompte.penalites)
    _exiger(attendu == decompte.total, numero, "le total")
    page.calculer(f"SUM(G{debut}:G{page.ligne - 1})", decompte.total)
    page.intituler(f"Reste dû pour la facture n° {numero}", gras=True)
    page.suivante(2)


def _somme(page: _Page, libelle: str, nature: str, montant: Decimal) -> None:
    page.ecrire("G", montant, EUROS)
    page.ecrire("H", nature)
    page.intituler(libelle)
    page.suivante()


def _total(page: _Page, ensemble: TotalDecomptes) -> None:
    """One line per kind of sum over all the invoices, and what is due."""
    debut, derniere = page.ligne + 1, page.ligne - 1
    montants = {
        PRINCIPAL: ensemble.principal,
        INTERETS: ensemble.penalites,
        INDEMNITE: ensemble.indemnite,
        AVOIR: -ensemble.avoirs,
        REGLEMENT: -ensemble.regle,
        TROP_PERCU: ensemble.trop_percu,
    }
    page.feuille[f"A{page.ligne}"].font = Font(bold=True, size=12)
    page.intituler("Total des factures")
    for nature, libelle in TOTAUX:
        page.suivante()
        page.calculer(f'SUMIF(H$1:H${derniere},"{nature}",G$1:G${derniere})', montants[nature])
        page.intituler(libelle)
    page.suivante()
    page.calculer(f"SUM(G{debut}:G{page.ligne - 1})", ensemble.total)
    page.intituler("Total dû", gras=True)


def _segments(page: _Page, numero: str, decompte: Decompte) -> str:
    """The rows of interest; gives the cell of their sum."""
    for colonne, entete in zip(COLONNES, ENTETES, strict=True):
        cellule = page.feuille[page.ecrire(colonne, entete)]
        cellule.font, cellule.fill = GRAS, FOND
    debut = page.ligne + 1
    for segment in decompte.segments:
        page.suivante()
        ligne = page.ligne
        page.ecrire("A", segment.du, JOUR)
        page.ecrire("B", segment.au, JOUR)
        page.ecrire("C", segment.jours, "0")
        page.ecrire("D", segment.diviseur, "0")
        page.ecrire("E", segment.base, EUROS)
        page.ecrire("F", segment.taux, TAUX)
        calcule = arrondi(segment.base * segment.taux * segment.jours / segment.diviseur)
        _exiger(calcule == segment.montant, numero, f"la ligne du {en_chiffres(segment.du)}")
        page.calculer(f"ROUND(E{ligne}*F{ligne}*C{ligne}/D{ligne},2)", segment.montant)
        page.feuille[page.ecrire("H", segment.texte)].alignment = Alignment(wrap_text=True, vertical="top")
    page.suivante()
    somme = f"SUM(G{debut}:G{page.ligne - 1})" if decompte.segments else "0"
    _exiger(
        sum((s.montant for s in decompte.segments), ZERO) == decompte.penalites,
        numero,
        "les intérêts",
    )
    total = page.calculer(somme, decompte.penalites)
    page.intituler("Total des intérêts", gras=True)
    page.suivante(2)
    return total


def _autres_sommes(decompte: Decompte) -> list[tuple[str, str, Decimal]]:
    """What is added to principal and interest, and what was credited or paid (negative), each with its kind."""
    sommes = [("Indemnité forfaitaire pour frais de recouvrement", INDEMNITE, decompte.indemnite)]
    sommes += [(f"Avoir du {en_chiffres(a.date)}", AVOIR, -a.montant) for a in decompte.avoirs]
    deja_regle = decompte.regle - sum((i.montant for i in decompte.imputations), ZERO)
    if deja_regle:
        sommes.append(("Déjà réglé à l'ouverture du dossier", REGLEMENT, -deja_regle))
    sommes += [
        (f"Paiement reçu le {en_chiffres(i.date)}", REGLEMENT, -i.montant) for i in decompte.imputations
    ]
    if decompte.trop_percu:
        sommes.append(("Trop-perçu, à rendre", TROP_PERCU, decompte.trop_percu))
    return sommes


def _exiger(exact: bool, numero: str, quoi: str) -> None:
    if not exact:
        raise ErreurAssemblage(
            f"Décompte de la facture {numero} : {quoi} ne se retrouve pas par la formule du tableur. "
            "Le tableur et le décompte imprimé se contrediraient : signalez-le avant de remettre le dossier."
        )


def _figer(xlsx: bytes, utc: datetime, valeurs: dict[str, Decimal]) -> bytes:
    """The same workbook with one fixed time everywhere and the value of each formula beside it."""
    sortie = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx)) as lu,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as ecrit,
    ):
        for nom in lu.namelist():
            texte = lu.read(nom).decode()
            if nom == "docProps/core.xml":
                texte = re.sub(
                    r"(<dcterms:modified[^>]*>)[^<]*",
                    rf"\g<1>{utc:%Y-%m-%dT%H:%M:%SZ}",
                    texte,
                )
            if nom == "xl/worksheets/sheet1.xml":
                for cellule, valeur in valeurs.items():
                    motif = rf'(<c r="{cellule}"[^>]*><f>[^<]*</f>)<v(?: ?/>|></v>)'
                    texte = re.sub(motif, rf"\g<1><v>{valeur}</v>", texte)
            entree = zipfile.ZipInfo(nom, (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second))
            entree.compress_type, entree.external_attr = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
            )
            ecrit.writestr(entree, texte)
    return sortie.getvalue()
