"""The statement of facts: each fact once, each exhibit cited, what is not shown said to be lacking."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dossier.core.expose import Phrase, exposer
from dossier.core.faits import AvoirEmis, CreanceOuverte, EnvoiPrepare, GenrePiece, PieceAjoutee, PliDepose
from dossier.core.pieces import lister_pieces
from tests.core.test_pieces import complete
from tests.core.test_requete import jusqu_au_dossier, recueil
from tests.core.vie import Vie, archive, facture


def phrases(*vies: Vie) -> tuple[Phrase, ...]:
    recueils = [recueil(vie) for vie in vies]
    return exposer(recueils, lister_pieces([(r.etat, r.scenario) for r in recueils]))


def textes(*vies: Vie) -> list[str]:
    return [phrase.texte.replace("\u00a0", " ") for phrase in phrases(*vies)]


def ajouter(vie: Vie, genre: GenrePiece, intitule: str) -> Vie:
    jour = date(2026, 4, 1)
    return vie.noter(PieceAjoutee(genre=genre, intitule=intitule, jour=jour, pdf=archive(f"{intitule}.pdf")))


def seconde(numero: str = "FA-2") -> Vie:
    """Another invoice of the same debtor, whose letters are its own."""
    autre = facture(numero=numero)
    vie = Vie(la_facture=autre)
    vie.faits.clear()
    return vie.noter(CreanceOuverte(facture=autre, scenario="standard", source=archive(f"{numero}.pdf")))


def test_chaque_document_du_contrat_est_cite_avec_sa_reference() -> None:
    vie = Vie(la_facture=facture(commande="BC-7", livraison="BL-9"))
    jusqu_au_dossier(vie)
    ajouter(vie, GenrePiece.COMMANDE, "Bon de commande")
    ajouter(vie, GenrePiece.CGV, "Conditions générales")
    ajouter(vie, GenrePiece.LIVRAISON, "Bon de livraison")
    assert textes(vie)[1] == (
        "Elle se rapporte aux documents suivants : commande BC-7 (pièce n° 1), conditions générales "
        "(pièce n° 2) et livraison BL-9 (pièce n° 3)."
    )


def test_une_reference_sans_piece_n_est_pas_affirmee() -> None:
    vie = jusqu_au_dossier(Vie(la_facture=facture(commande="BC-7", contrat="CT-1")))
    assert "BC-7" not in " ".join(textes(vie))
    assert "CT-1" not in " ".join(textes(vie))


def test_chaque_piece_est_citee_au_moins_une_fois() -> None:
    vie = complete()
    for genre in GenrePiece:
        ajouter(vie, genre, genre.value)
    vie.payer("50").crediter("20")
    recueils = [recueil(vie)]
    toutes = lister_pieces([(r.etat, r.scenario) for r in recueils])
    citees = [piece for phrase in exposer(recueils, toutes) for piece in phrase.citees]
    assert set(citees) == set(toutes)
    numeros = [str(piece.numero) for piece in toutes]
    assert all(any(numero in texte for texte in textes(vie)) for numero in numeros)


def test_les_pieces_qui_ne_prouvent_aucun_fait_raconte_viennent_a_la_fin() -> None:
    vie = ajouter(complete(), GenrePiece.IDENTITE, "Extrait Kbis")
    assert textes(vie)[-1] == "Est également produite, à l'appui de la demande, la pièce n° 12."
    ajouter(vie, GenrePiece.COMPTE, "Relevé de compte")
    assert textes(vie)[-1] == "Sont également produites, à l'appui de la demande, les pièces n° 12 et 13."


def test_un_paiement_est_cite_avec_le_releve_de_compte() -> None:
    vie = ajouter(complete(), GenrePiece.COMPTE, "Relevé de compte").payer("60", date(2026, 7, 1))
    assert "Ont été reçus sur cette facture : 60,00 € le 1er juillet 2026 (pièce n° 12)." in textes(vie)[1]


def test_un_avoir_sans_copie_manque_et_avec_copie_non() -> None:
    sans = complete().crediter("200")
    assert [m.replace("\u00a0", " ") for p in phrases(sans) for m in p.manques] == [
        "la copie de l'avoir n° AV-1"
    ]
    avec = complete().noter(
        AvoirEmis(numero="AV-1", montant=Decimal(200), jour=date(2026, 5, 4), pdf=archive("avoir.pdf"))
    )
    assert [p.manques for p in phrases(avec)] == [()] * len(phrases(avec))
    assert "(pièce n° 1)." in textes(avec)[0], "la copie de l'avoir n'est pas celle de la facture"


def test_deux_factures_ont_chacune_leur_demande_et_leur_lettre() -> None:
    autre = jusqu_au_dossier(seconde())
    lus = textes(complete(), autre)
    assert len([t for t in lus if t.startswith("La facture n° FA-2 n'ayant pas été réglée")]) == 1
    lettres = [t for t in lus if t.startswith("Par lettre recommandée")]
    assert [("de payer la facture n° FA-1." in t, "de payer la facture n° FA-2." in t) for t in lettres] == [
        (True, False),
        (False, True),
    ]


def commune(vie: Vie) -> Vie:
    """The letters of `complete`, each common to two invoices."""
    for fait in complete().faits[1:]:
        contenu = fait.contenu
        if isinstance(contenu, EnvoiPrepare):
            contenu = contenu.model_copy(update={"groupe": ("FA-1", "FA-2")})
        vie.noter(contenu)
    return vie


def test_une_mise_en_demeure_commune_n_est_racontee_qu_une_fois() -> None:
    lus = textes(commune(Vie()), commune(seconde()))
    (lettre,) = [t for t in lus if t.startswith("Par lettre recommandée")]
    assert "le débiteur a été mis en demeure de payer ces 2 factures." in lettre
    (demande,) = [t for t in lus if "demandé" in t]
    assert demande.startswith("Ces 2 factures n'ayant pas été réglées à leur échéance, le paiement")


def test_une_mise_en_demeure_commune_a_une_partie_des_factures_les_nomme() -> None:
    lus = textes(commune(Vie()), commune(seconde()), jusqu_au_dossier(seconde("FA-3")))
    premiere, autre = [t for t in lus if t.startswith("Par lettre recommandée")]
    assert "mis en demeure de payer les factures n° FA-1 et FA-2." in premiere
    assert "mis en demeure de payer la facture n° FA-3." in autre


def test_une_preuve_de_la_lettre_s_il_y_en_a_plusieurs_est_la_sienne() -> None:
    vie = ajouter(complete(), GenrePiece.PREUVE_DEPOT, "Autre preuve de dépôt")
    lettre = next(t for t in textes(vie) if t.startswith("Par lettre recommandée"))
    assert "déposée le 3 août 2026 (pièce n° 11)" in lettre
    assert textes(vie)[-1].endswith("la pièce n° 10.")


def test_une_preuve_ajoutee_a_la_main_sert_quand_il_n_y_en_a_pas_d_autre() -> None:
    vie = ajouter(jusqu_au_dossier(Vie()), GenrePiece.PREUVE_DEPOT, "Preuve de dépôt")
    assert isinstance(vie.faits[-1].contenu, PieceAjoutee)
    assert not [f for f in vie.faits if isinstance(f.contenu, PliDepose) and f.contenu.preuve]
    manques = [m for p in phrases(vie) for m in p.manques]
    assert not [m for m in manques if "dépôt" in m]
