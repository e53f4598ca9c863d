"""The figures of the house as a markdown page, each with its definition."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dossier.core.dates import en_chiffres
from dossier.core.faits import Canal
from dossier.core.langues import en_nombre
from dossier.core.montants import INSECABLE, en_euros
from dossier.core.tableau import Dso, Encours, Recouvrement, Risque, Tableau
from dossier.services.suspensions import RAISONS
from flows.affichage import coupee, en_cellule

DEBITEURS = 25
"""How many debtors a table shows; the others are counted, and `dossier tableau --json` gives them all."""
LARGEUR = 60
CANAUX = {Canal.EMAIL: "courriel", Canal.COURRIER: "lettre simple", Canal.LRAR: "recommandé"}


def page_tableau(tableau: Tableau, *, ages: str = "", etapes: str = "", alertes: Sequence[str] = ()) -> str:
    """The markdown page; `ages` and `etapes`: addresses of the two charts, none when empty."""
    return "\n".join(
        [
            f"# Tableau de bord au {en_chiffres(tableau.jour)}",
            "Montants toutes taxes comprises, principal seul : sans pénalités ni indemnité.",
            *(f"\n⚠ {en_cellule(alerte)}" for alerte in alertes),
            "",
            *_entete(tableau),
            *_encours(tableau.encours, ages),
            *_recouvrement(tableau.recouvrement, etapes),
            *_lettres(tableau),
            *_risques(tableau.risques),
            *_delais(tableau),
            *_litiges(tableau),
        ]
    )


def _entete(tableau: Tableau) -> list[str]:
    encours = tableau.encours
    return [
        "| Encours | dont échu | Factures ouvertes | DSO |",
        "|--:|--:|--:|--:|",
        f"| **{en_euros(encours.euros)}** | {en_euros(encours.echu)} ({_part(encours.echu, encours.euros)}) "
        f"| {encours.nombre} | **{jours_de_vente(tableau.dso)}** |",
        "",
        definition_du_dso(tableau.dso),
    ]


def en_taux(taux: Decimal) -> str:
    """`0.625` as `62,5 %`."""
    return f"{_nombre((taux * 100).quantize(Decimal('0.1')))}{INSECABLE}%"


def jours_de_vente(dso: Dso | None) -> str:
    """The DSO in words."""
    if dso is None:
        return "inconnu"
    return f"{'plus de ' if dso.minimum else ''}{_nombre(dso.jours)} jours"


def definition_du_dso(dso: Dso | None) -> str:
    """What the figure says, from which sales, and why it may be partial."""
    if dso is None:
        return "*DSO : aucune vente connue à ce jour dans `config/ventes.yaml`.*"
    base = (
        f"*DSO par épuisement au {en_chiffres(dso.au)} : l'encours de ce jour ({en_euros(dso.encours)}) est retiré "
        "des ventes du mois, puis des mois précédents, jusqu'à épuisement ; c'est le nombre de jours de vente qu'il "
        "représente."
    )
    if dso.partiel:
        return (
            f"{base} **Chiffre partiel** : faute de `config/ventes.yaml`, les ventes comptées sont les seules "
            "factures suivies ici.*"
        )
    suite = " Les mois donnés n'épuisent pas l'encours : il en manque avant." if dso.minimum else ""
    return f"{base} Ventes de `config/ventes.yaml`, encours des seules factures suivies ici.{suite}*"


def _encours(encours: Encours, image: str) -> list[str]:
    return [
        "",
        "## Encours par âge",
        *_image("Encours par âge", image),
        "| Âge, en jours après l'échéance | Factures | Encours | Part |",
        "|---|--:|--:|--:|",
        *(
            f"| {t.libelle} | {t.nombre} | {en_euros(t.euros)} | {_part(t.euros, encours.euros)} |"
            for t in encours.tranches
        ),
        "",
        "*Reste dû des factures ni soldées ni closes. Le jour de l'échéance n'est pas un retard.*",
    ]


def _recouvrement(lignes: Sequence[Recouvrement], image: str) -> list[str]:
    return [
        "",
        "## Recouvrement par étape",
        *(_image("Recouvrement par étape", image) if lignes else ["Aucune étape franchie."]),
        *(
            [
                "| Étape | Factures | en attente | Payées | Taux | Dû | Reçu | Taux |",
                "|---|--:|--:|--:|--:|--:|--:|--:|",
            ]
            if lignes
            else []
        ),
        *(
            f"| {en_cellule(r.libelle)} | {r.atteintes} | {r.en_attente or ''} | {r.payees} | {en_taux(r.taux_nombre)} "
            f"| {en_euros(r.du)} | {en_euros(r.recu)} | {en_taux(r.taux_euros) if r.taux_euros is not None else ''} |"
            for r in lignes
        ),
        "",
        "*Des factures sur lesquelles l'étape a été faite : celles qui ont été entièrement payées, et les euros reçus, "
        "du jour de l'étape à la veille de la suivante. Celles qui y sont encore, en attente, comptent dans le total.*",
    ]


def _lettres(tableau: Tableau) -> list[str]:
    if not tableau.lettres:
        return []
    return [
        "",
        "## Factures payées par type de lettre",
        "| Lettre | Envoyée pour | Payées ensuite | Taux |",
        "|---|--:|--:|--:|",
        *(
            f"| {en_cellule(ligne.libelle)} ({CANAUX[ligne.canal]}) | {ligne.envoyees} | {ligne.payees} "
            f"| {en_taux(ligne.taux)} |"
            for ligne in tableau.lettres
        ),
        "",
        "*Des factures pour lesquelles la lettre est partie : celles qui ont été entièrement payées après elle, avant "
        "toute autre lettre. Deux lettres parties le même jour comptent toutes deux.*",
    ]


def _risques(risques: Sequence[Risque]) -> list[str]:
    if not risques:
        return []
    return [
        "",
        f"## Risque par débiteur ({len(risques)})",
        "| Débiteur | Risque | Encours | Factures | Pourquoi |",
        "|---|---|--:|--:|---|",
        *(
            f"| {en_cellule(r.debiteur)} | **{r.niveau.value}** | {en_euros(r.euros)} | {r.factures} "
            f"| {coupee(', '.join(r.motifs), LARGEUR)} |"
            for r in risques[:DEBITEURS]
        ),
        *_autres(len(risques)),
        "",
        "*Élevé : un signe grave (procédure collective, échéancier rompu, pli NPAI sans nouvelle adresse, facture "
        "échue depuis plus de 90 jours) ou deux autres signes. Moyen : un autre signe (facture échue depuis plus de 30 "
        "jours, litige, promesse non tenue, habitude de payer plus de 15 jours après l'échéance sur deux factures "
        "au moins). Faible : aucun.*",
    ]


def _delais(tableau: Tableau) -> list[str]:
    if not tableau.delais:
        return []
    return [
        "",
        f"## Délai de paiement par débiteur ({len(tableau.delais)})",
        "| Débiteur | Jours après l'échéance | Factures payées |",
        "|---|--:|--:|",
        *(
            f"| {en_cellule(d.debiteur)} | {_nombre(d.jours)} | {d.factures} |"
            for d in tableau.delais[:DEBITEURS]
        ),
        *_autres(len(tableau.delais)),
        "",
        "*Moyenne, sur les factures entièrement payées, des jours de l'échéance au paiement qui les a soldées ; "
        "négative s'il paie avant.*",
    ]


def _litiges(tableau: Tableau) -> list[str]:
    if not tableau.litiges:
        return ["", "## Litiges ouverts", "Aucun."]
    return [
        "",
        "## Litiges ouverts",
        "| Raison | Factures | Encours | Le plus ancien |",
        "|---|--:|--:|---|",
        *(
            f"| {RAISONS[ligne.raison] if ligne.raison else 'Sans raison enregistrée'} | {ligne.nombre} "
            f"| {en_euros(ligne.euros)} | {en_chiffres(ligne.depuis)} |"
            for ligne in tableau.litiges
        ),
    ]


def _image(titre: str, adresse: str) -> list[str]:
    return [f"![{titre}]({adresse})", ""] if adresse else []


def _autres(nombre: int) -> list[str]:
    reste = nombre - DEBITEURS
    return ["", f"Et {en_nombre(reste, 'autre')} : `dossier tableau --json`."] if reste > 0 else []


def _part(partie: Decimal, tout: Decimal) -> str:
    return en_taux(partie / tout) if tout else "–"


def _nombre(valeur: Decimal) -> str:
    return str(valeur).replace(".", ",").replace("-", "−")
