"""Why a PDF is not taken, in words that fit « La pièce n° 3 … » as well as « L'original … »."""

from __future__ import annotations

IMPRIMER = "Ouvrez-le, imprimez-le en PDF, et ajoutez cette nouvelle version."
ALLEGER = "Réduisez-le, ou ajoutez-le en plusieurs pièces."


class Refus(Exception):
    """`raison` is a predicate without its subject; `remede` a sentence."""

    def __init__(self, raison: str, remede: str = IMPRIMER) -> None:
        super().__init__(raison, remede)
        self.raison, self.remede = raison, remede


class PartieRefusee(Exception):
    """Which part cannot be bound, from 0, and why."""

    def __init__(self, rang: int, refus: Refus) -> None:
        super().__init__(rang, refus)
        self.rang, self.refus = rang, refus


def illisible() -> Refus:
    return Refus("est un PDF illisible : le fichier est endommagé ou incomplet")


def verrouille() -> Refus:
    return Refus(
        "est un PDF protégé par un mot de passe",
        "Ouvrez-le avec ce mot de passe, imprimez-le en PDF, et ajoutez cette nouvelle version.",
    )


def sans_page() -> Refus:
    return Refus("est un PDF sans aucune page", "Ajoutez le bon fichier à sa place.")


def piege() -> Refus:
    return Refus(
        "demande trop de mémoire ou de temps pour être ouvert : il est trop grand, endommagé ou piégé"
    )


def trop_lourd(octets: int, maximum: int) -> Refus:
    return Refus(f"pèse {_mega(octets)}\u00a0Mo ({_mega(maximum)}\u00a0Mo au plus)", ALLEGER)


def trop_lourd_ensemble(maximum: int) -> Refus:
    return Refus(
        f"est l'une des pièces les plus lourdes d'un dossier de plus de {_mega(maximum)}\u00a0Mo", ALLEGER
    )


def trop_de_pages(pages: int, maximum: int) -> Refus:
    return Refus(f"compte {_espace(pages)} pages ({_espace(maximum)} au plus)", ALLEGER)


def _mega(octets: int) -> str:
    return _espace(-(-octets // 1_000_000))


def _espace(nombre: int) -> str:
    return f"{nombre:,}".replace(",", "\u00a0")
