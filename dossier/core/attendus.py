"""What a written document must carry, and what it quotes: read from the variables of its template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from dossier.core.droit.mentions import Attendus, Document, Donnee, Ecritures
from dossier.core.faits import Canal
from dossier.core.scenario import Etape, GenreEtape

Contexte = Mapping[str, Any]

DE_CHAQUE_FACTURE = {
    Donnee.FACTURE: "numero",
    Donnee.EMISSION: "emission",
    Donnee.ECHEANCE: "echeance",
    Donnee.TTC: "montant",
    Donnee.RESTE: "reste",
}
DU_CREANCIER = {
    Donnee.CREANCIER: "denomination",
    Donnee.FORME: "forme",
    Donnee.SIREN: "siren",
    Donnee.RCS: "rcs",
    Donnee.IBAN: "iban",
    Donnee.SIGNATAIRE: "signataire",
    Donnee.FONCTION: "fonction",
    Donnee.REPRESENTANT: "representant",
    Donnee.QUALITE: "qualite",
    Donnee.MEDIATEUR: "mediateur",
}
NOMS = ("denomination", "contact", "signataire", "fonction", "representant", "qualite", "email", "site")
SOMMES = ("montant", "regle", "impute", "reste", "penalites", "indemnite", "total", "base")


def document_de(etape: Etape, canal: Canal) -> Document:
    """Which document a step makes by that channel; an appel and a dossier have no channel of their own."""
    match etape.genre:
        case GenreEtape.PREVENANCE:
            return Document.COURRIEL_PREVENANCE if canal is Canal.EMAIL else Document.PREVENANCE
        case GenreEtape.RELANCE:
            return {
                Canal.EMAIL: Document.COURRIEL_RELANCE,
                Canal.COURRIER: Document.RELANCE,
                Canal.LRAR: Document.AVANT_CONTENTIEUX,
            }[canal]
        case GenreEtape.APPEL:
            return Document.APPEL
        case GenreEtape.MISE_EN_DEMEURE:
            return Document.MISE_EN_DEMEURE
        case GenreEtape.DOSSIER:
            return Document.REQUETE
        case _:
            assert_never(etape.genre)


def attendus_de(contexte: Contexte) -> Attendus:
    """The values that the document filled with these variables must carry, each in its known writings.

    A sum of zero, and what the variables do not say, is not expected.
    """
    creancier, debiteur = contexte["creancier"], contexte["debiteur"]
    decompte, sommes = contexte.get("decompte", {}), contexte.get("sommes", ())
    total = sommes[-1]["montant"] if sommes else decompte.get("total", "")
    return {
        Donnee.LIEU: _une(contexte.get("lieu", "")),
        Donnee.DATE: _une(contexte.get("date", "")),
        **{donnee: _une(creancier.get(champ, "")) for donnee, champ in DU_CREANCIER.items()},
        Donnee.CAPITAL: _une(_somme(creancier.get("capital", ""))),
        Donnee.SIEGE: _chacune(creancier["adresse"]),
        Donnee.DEBITEUR: _une(debiteur["denomination"]),
        Donnee.DEBITEUR_ADRESSE: _chacune(debiteur["adresse"]),
        **_des_factures(contexte),
        Donnee.INTERETS: _une(_somme(decompte.get("penalites", ""))),
        Donnee.INDEMNITE: _une(_somme(decompte.get("indemnite", ""))),
        Donnee.TAUX: _chacune(dict.fromkeys(s["taux"] for s in decompte.get("segments", ()))),
        Donnee.PERIODE: _chacune(s[borne] for s in decompte.get("segments", ()) for borne in ("du", "au")),
        Donnee.TOTAL: _une(total),
        Donnee.DELAI: _une(contexte.get("delai", "")),
        Donnee.JURIDICTION: _une(contexte.get("juridiction", {}).get("intitule", "")),
        Donnee.RENVOI: _une(contexte.get("renvoi", "")),
        Donnee.SOMME: _chacune(s[champ] for s in sommes for champ in ("libelle", "montant")),
        Donnee.FONDEMENT: _chacune(s["fondement"] for s in sommes),
        Donnee.PIECE: _chacune(_titres(contexte)),
    }


def citees_de(contexte: Contexte) -> tuple[str, ...]:
    """The data that the document quotes: nobody chose these words in a template.

    The statement of facts of an application also quotes the subject of each invoice: add it.
    """
    creancier, debiteur = contexte["creancier"], contexte["debiteur"]
    decompte, facture = contexte.get("decompte", {}), contexte.get("facture", {})
    textes = (
        *(partie.get(nom, "") for partie in (creancier, debiteur) for nom in NOMS),
        *creancier["adresse"],
        *debiteur["adresse"],
        creancier.get("mentions", ""),
        contexte.get("juridiction", {}).get("intitule", ""),
        facture.get("objet", ""),
        *(ligne["numero"] for ligne in contexte["factures"]),
        *contexte.get("references", ()),
        *_titres(contexte),
        *_montants((decompte, contexte.get("francais", {}), *contexte["factures"])),
        *_montants(contexte.get("mensualites", ())),
        *_montants(decompte.get("segments", ())),
    )
    return tuple(dict.fromkeys(texte for texte in textes if texte))


def _des_factures(contexte: Contexte) -> dict[Donnee, tuple[Ecritures, ...]]:
    seule = contexte.get("facture", {})
    return {
        donnee: tuple(
            (ligne[champ], seule.get(champ, "") if seule.get("numero") == ligne["numero"] else "")
            for ligne in contexte["factures"]
        )
        for donnee, champ in DE_CHAQUE_FACTURE.items()
    }


def _une(texte: str) -> tuple[Ecritures, ...]:
    return ((texte, "".join(texte.split())),) if texte else ()


def _chacune(textes: Iterable[str]) -> tuple[Ecritures, ...]:
    return tuple((texte,) for texte in textes if texte)


def _somme(texte: str) -> str:
    return texte if any(chiffre in texte for chiffre in "123456789") else ""


def _titres(contexte: Contexte) -> list[str]:
    return [piece["titre"] for piece in contexte.get("pieces", ()) if isinstance(piece, Mapping)]


def _montants(blocs: Iterable[Contexte]) -> Iterator[str]:
    return (bloc[champ] for bloc in blocs for champ in SOMMES if bloc.get(champ))
