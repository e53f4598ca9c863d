"""Every shipped template, filled as in production for each kind of debtor, says what it must and no more.

The same check is then shown to bite: one mention taken out, or one forbidden sentence put in, is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import pytest

from dossier.adapters.config_yaml import charger
from dossier.adapters.render_texte import RenduTexte
from dossier.core.attendus import attendus_de, citees_de, document_de
from dossier.core.courriers import contexte_courrier
from dossier.core.creance import Adresse, Debiteur, Facture, Genre
from dossier.core.droit.expressions import lire, motif, places, valeur
from dossier.core.droit.mentions import Document, Exigee, Interdite, Manquement, Mentions, controler
from dossier.core.echantillons import Usage, jour_de
from dossier.core.langues import LANGUES
from dossier.core.scenario import GenreEtape
from tests.adapters.gabarits import RACINE, TEXTE, WORD, usages_de, word
from tests.core.droit.loi import CONFIG
from tests.core.test_courriers import decompte
from tests.core.test_requete import JOUR as JOUR_DE_LA_REQUETE
from tests.core.test_requete import jusqu_au_dossier, requete
from tests.core.vie import Vie, creancier, facture

OBJET = "Prestation d'huissier : étude, sommation et signification"
MEDIATEUR = "Médiation Imaginaire, 9 rue du Leurre, 75000 Paris"

DEBITEURS = {
    Genre.ENTREPRISE: {"denomination": "Étude Imaginaire SARL", "siren": "000700070", "forme": "SARL"},
    Genre.PARTICULIER: {"denomination": "Marianne Commandement", "siren": None, "forme": ""},
    Genre.PUBLIC: {"denomination": "Commune du Tribunal", "siren": "000700070", "forme": ""},
}
MOTS = ("courriers/", "courriels/", "appels/")
VARIANTES = ("EI", "payée en partie")


class Cas(NamedTuple):
    """One document for one kind of debtor, at one step of one scenario."""

    modele: str
    usage: Usage
    variante: str = ""
    """`EI`: the creditor is a sole trader; `payée en partie`: 300 € were received."""

    @property
    def genre(self) -> Genre:
        return self.usage.genre

    @property
    def document(self) -> Document:
        if self.modele == "dossier/requete":
            return Document.REQUETE
        return document_de(self.usage.etape, self.usage.canal)

    @property
    def jour(self) -> date:
        return JOUR_DE_LA_REQUETE if self.document is Document.REQUETE else jour_de(self.usage, self.modele)

    @property
    def nom(self) -> str:
        return f"{self.modele}, {self.usage.scenario.nom}, {self.genre}, {self.variante}"


def _cas() -> Iterator[Cas]:
    for modele in (m for m in WORD + TEXTE if m.startswith(MOTS) or m == "dossier/requete"):
        for usage in usages_de(modele):
            yield Cas(modele, usage)
            if usage.etape.nom in {"relance-3", "mise-en-demeure"} and usage.scenario.nom == "standard":
                yield from (Cas(modele, usage, variante) for variante in VARIANTES)


CAS = list(_cas())


@cache
def mentions() -> Mentions:
    return charger(CONFIG / "droit" / "mentions.yaml", Mentions)


def la_facture(genre: Genre) -> Facture:
    qui = Debiteur(
        **DEBITEURS[genre],
        genre=genre,
        contact="M. Exploit Modèle",
        email="compta@debiteur-imaginaire.example",
        adresse=Adresse(lignes=("4 rue de la Saisie",), code_postal="69001", ville="Lyon"),
    )
    return facture(debiteur=qui, objet=OBJET, commande="BC-7")


@cache
def contexte(cas: Cas) -> dict[str, Any]:
    """The variables as production makes them."""
    if cas.document is Document.REQUETE:
        return requete(jusqu_au_dossier(Vie(la_facture=la_facture(cas.genre))))
    vie = Vie(la_facture=la_facture(cas.genre))
    vie.jour = cas.jour
    if cas.variante == "payée en partie":
        vie.payer("300", date(2026, 6, 30))
    qui = creancier()
    if cas.variante == "EI":
        qui = qui.model_copy(update={"forme": "entrepreneur individuel", "capital": None})
    _, canal, etape, scenario, _ = cas.usage
    langue = LANGUES[scenario.langue]
    releve = decompte(vie.etat, cas.jour)
    lu = contexte_courrier([(vie.etat, releve)], etape, canal, qui, cas.jour, langue=langue)
    lu["historique"] = [
        {"date": langue.lettres(date(2026, 6, 11)), "libelle": f"{e.libelle_lettre or e.libelle} par lettre"}
        for e in scenario.jusqu_a(etape.nom)[:-1]
        if e.genre is GenreEtape.RELANCE
    ]
    if cas.genre is Genre.PARTICULIER:
        lu["creancier"]["mediateur"] = MEDIATEUR
    return lu


@cache
def texte(cas: Cas) -> str:
    if cas.modele in TEXTE:
        return "\n".join(RenduTexte(RACINE).rendre(cas.modele, contexte(cas)))
    return word.texte(word.rendre(cas.modele, contexte(cas)))


def trouves(cas: Cas, ecrit: str) -> tuple[Manquement, ...]:
    return controler(
        cas.document,
        ecrit,
        mentions(),
        genre=cas.genre,
        attendus=attendus_de(contexte(cas)),
        jour=cas.jour,
        citees=(*citees_de(contexte(cas)), OBJET),
    )


def nouveaux(cas: Cas, ecrit: str) -> set[str]:
    return {manquement.code for manquement in trouves(cas, ecrit)}


def le_cas(regle: Exigee | Interdite) -> Cas:
    """The first document that the rule is for, and where its condition holds."""
    for cas in CAS:
        if regle.pour.vise(cas.document, cas.genre) and (
            isinstance(regle, Interdite) or regle.code in nouveaux(cas, sans(texte(cas), regle, cas))
        ):
            return cas
    raise AssertionError(f"aucun document n'est visé par « {regle.code} »")


def sans(ecrit: str, regle: Exigee, cas: Cas) -> str:
    """The text without the values and expressions that this rule asks for."""
    attendus = attendus_de(contexte(cas))
    ecritures = [e for donnee in regle.donnees for valeurs in attendus.get(donnee, ()) for e in valeurs]
    (lu,) = lire(ecrit)[:1]
    coupes = [place.span() for place in motif(regle.expressions).finditer(lu.plie)]
    coupes += [place for e in ecritures if valeur(e) for place in places(lu, valeur(e))]
    reste = "".join(
        caractere
        for rang, caractere in enumerate(lu.lisible)
        if not any(debut <= rang < fin for debut, fin in coupes)
    )
    return reste if coupes else ecrit


def phrase(expression: str, rang: int = 0) -> str:
    return f"{expression.replace('…', 'mot').replace('*', '')} suite {'abcdefgh'[rang]}"


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas.nom)
def test_chaque_modele_dit_ce_qu_il_doit_et_rien_d_interdit(cas: Cas) -> None:
    assert trouves(cas, texte(cas)) == ()


def test_chaque_modele_de_lettre_est_controle() -> None:
    assert {cas.modele for cas in CAS} == {
        *(m for m in WORD + TEXTE if m.startswith(MOTS)),
        "dossier/requete",
    }


@pytest.mark.parametrize("regle", mentions().exigees, ids=lambda regle: regle.code)
def test_une_mention_retiree_se_voit(regle: Exigee) -> None:
    cas = le_cas(regle)
    assert regle.code not in nouveaux(cas, texte(cas))
    assert regle.code in nouveaux(cas, sans(texte(cas), regle, cas))


@pytest.mark.parametrize(
    ("regle", "expression"),
    [(regle, expression) for regle in mentions().interdites for expression in regle.expressions],
    ids=lambda valeur: valeur.code if isinstance(valeur, Interdite) else valeur,
)
def test_une_phrase_interdite_se_voit(regle: Interdite, expression: str) -> None:
    cas = le_cas(regle)
    ajout = "\n".join(phrase(expression, rang) for rang in range(regle.au_plus + 1))
    assert regle.code in nouveaux(cas, f"{texte(cas)}\n{ajout}")
    assert regle.code in nouveaux(cas, f"{texte(cas)}\n{ajout.upper()}")


@pytest.mark.parametrize(
    ("regle", "permise"),
    [(regle, permise) for regle in mentions().interdites for permise in regle.sauf],
    ids=lambda valeur: valeur.code if isinstance(valeur, Interdite) else valeur,
)
def test_une_tournure_permise_ne_se_voit_pas(regle: Interdite, permise: str) -> None:
    cas = le_cas(regle)
    assert regle.code not in nouveaux(cas, f"{texte(cas)}\n{phrase(permise)}.")


def test_les_mots_du_debiteur_ne_sont_pas_reproches_au_creancier() -> None:
    cas = next(cas for cas in CAS if cas.document is Document.MISE_EN_DEMEURE)
    assert OBJET in texte(cas).replace("’", "'")
    assert "Exploit Modèle" in texte(cas)
    seuls = controler(
        cas.document,
        texte(cas),
        mentions(),
        genre=cas.genre,
        attendus=attendus_de(contexte(cas)),
        jour=cas.jour,
    )
    assert {manquement.code for manquement in seuls} == {"vocabulaire_d_acte", "titre_d_acte"}


def test_le_mediateur_n_est_nomme_qu_a_un_consommateur() -> None:
    for cas in CAS:
        if cas.document is Document.MISE_EN_DEMEURE:
            assert (MEDIATEUR in texte(cas)) is (cas.genre is Genre.PARTICULIER)


def test_sans_mediateur_la_mise_en_demeure_n_en_invente_pas() -> None:
    cas = next(c for c in CAS if c.document is Document.MISE_EN_DEMEURE and c.genre is Genre.PARTICULIER)
    nu = contexte(cas) | {"creancier": contexte(cas)["creancier"] | {"mediateur": ""}}
    assert "médiateur" not in word.texte(word.rendre(cas.modele, nu))


def test_l_appel_a_un_consommateur_ne_parle_qu_a_lui() -> None:
    dit = {cas.genre: texte(cas) for cas in CAS if cas.document is Document.APPEL}
    assert "à un employeur" in dit[Genre.PARTICULIER]
    assert "entreprise" not in dit[Genre.PARTICULIER].lower()
    assert "à un employeur" not in dit[Genre.ENTREPRISE]
