"""What the papers around the requête say: bordereau, décompte, chronologie, note de remise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from dossier.core.cerfa import contribution
from dossier.core.chronologie import Evenement, chronologie
from dossier.core.completude import Lacune, levee
from dossier.core.courriers import bloc_creancier, bloc_debiteur, bloc_decompte, ligne_facture
from dossier.core.creance import Creancier
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.droit.alertes import Gravite
from dossier.core.droit.juridiction import Juridiction
from dossier.core.droit.voies import Ouverture
from dossier.core.examen import Examen
from dossier.core.expose.facture import echeanciers, est_l_accord
from dossier.core.faits import EcheancierRompu, LitigeLeve, LitigeOuvert
from dossier.core.montants import en_euros
from dossier.core.pieces import Piece
from dossier.core.procedure import CHAMPS, MANDAT, papiers_absents
from dossier.core.recueil import Recueil, total, total_de
from dossier.core.requete import liste_de_pieces, points_a_completer
from dossier.core.totaux import TotalDecomptes
from dossier.core.versions import Remplacee, presentation

OUVERTURES = {
    Ouverture.OUVERTE: "ouverte",
    Ouverture.A_VERIFIER: "à vérifier",
    Ouverture.FERMEE: "fermée",
}
LETTRES_DE_REMISE = {
    "06-lettre-avocat": "dossier/lettre-avocat",
    "07-lettre-commissaire-de-justice": "dossier/lettre-commissaire",
}
CONTENU = (
    ("01-requete", "Requête en injonction de payer, à relire, dater et signer (Word et PDF)"),
    ("02-bordereau.pdf", "Bordereau des pièces, à joindre à la requête"),
    ("03-decompte", "Décompte des sommes (PDF, et tableur avec ses formules)"),
    ("04-chronologie.pdf", "Chronologie des échanges"),
    (
        "05-dossier-complet.pdf",
        "De la requête à la dernière pièce, en un seul PDF avec signets (sans cette note)",
    ),
    ("06-lettre-avocat", "Lettre de remise à un avocat, à compléter (Word et PDF)"),
    (
        "07-lettre-commissaire-de-justice",
        "Lettre à un commissaire de justice, à compléter (Word et PDF)",
    ),
    (CHAMPS, "Champs du formulaire du tribunal, à recopier si on l'emploie (Word et PDF)"),
    (
        MANDAT,
        "Mandat à un commissaire de justice pour la voie entre commerçants, à compléter (Word et PDF)",
    ),
    ("pieces/", "Les pièces numérotées, une par fichier"),
    ("originaux/", "Les originaux intacts et leurs jetons d'horodatage"),
    ("journal/", "Le journal de chaque créance, dont chaque ligne porte l'empreinte de la précédente"),
)
A_PART = "original joint séparément"
"""What the bordereau says of an exhibit whose copy is a page that stands for it: nothing but where it is."""
LEVEE = "Point levé par dérogation, tracée au journal."


def contexte_bordereau(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    pages: Sequence[int],
    creancier: Creancier,
    juridiction: Juridiction,
    jour: date,
    a_part: Collection[int] = (),
) -> dict[str, Any]:
    """CPC, art. 1407: the list of exhibits; it is served on the debtor, so nothing but neutral titles.

    `a_part`: the numbers of those that a page stands for.
    """
    return {
        **_entete(recueils, creancier, jour, "Bordereau des pièces"),
        "juridiction": {"intitule": juridiction.intitule, "adresse_a_completer": juridiction.a_completer},
        "pieces": [
            {**ligne, "titre": f"{ligne['titre']} ({A_PART})"} if int(ligne["numero"]) in a_part else ligne
            for ligne in liste_de_pieces(pieces, pages)
        ],
        "nombre": len(pieces),
        "total_pages": sum(pages),
    }


def contexte_decompte(recueils: Sequence[Recueil], creancier: Creancier, jour: date) -> dict[str, Any]:
    """The statement of sums of each invoice and their total, with the readings chosen."""
    ensemble = total_de(recueils)
    lectures = [h for recueil in recueils for h in recueil.decompte.hypotheses]
    return {
        **_entete(recueils, creancier, jour, "Décompte des sommes dues"),
        "factures": [_facture_du_decompte(recueil) for recueil in recueils],
        "sommes": list(_sommes_du_decompte(ensemble)),
        "total": en_euros(ensemble.total),
        "hypotheses": list(dict.fromkeys([*lectures, *ensemble.remarques])),
    }


def _facture_du_decompte(recueil: Recueil) -> dict[str, Any]:
    decompte = recueil.decompte
    numero = recueil.etat.facture.numero
    return {
        "numero": numero,
        "decompte": bloc_decompte([(numero, decompte)]),
        "avoirs": [
            {
                "date": en_chiffres(avoir.date),
                "montant": en_euros(avoir.montant),
                "principal": en_euros(avoir.principal),
            }
            for avoir in decompte.avoirs
        ],
        "imputations": [
            {
                "date": en_chiffres(imputation.date),
                "libelle": "Paiement reçu",
                "montant": en_euros(imputation.montant),
                "interets": en_euros(imputation.interets),
                "indemnite": en_euros(imputation.indemnite),
                "principal": en_euros(imputation.principal),
                "reste": en_euros(imputation.reste_principal),
            }
            for imputation in decompte.imputations
        ],
        "trop_percu": en_euros(decompte.trop_percu) if decompte.trop_percu else "",
    }


def _sommes_du_decompte(ensemble: TotalDecomptes) -> Iterator[dict[str, str]]:
    """The lines whose sum is the total due, without those that are nil."""
    lignes = (
        ("Montant TTC des factures", ensemble.principal),
        ("Intérêts échus", ensemble.penalites),
        ("Indemnités forfaitaires", ensemble.indemnite),
        ("Avoirs, à déduire", -ensemble.avoirs),
        ("Règlements reçus, à déduire", -ensemble.regle),
        ("Trop-perçu, à restituer et non compensé", ensemble.trop_percu),
    )
    for libelle, montant in lignes:
        if montant:
            yield {"libelle": libelle, "montant": en_euros(montant)}


def contexte_chronologie(
    recueils: Sequence[Recueil], pieces: Sequence[Piece], creancier: Creancier, jour: date
) -> dict[str, Any]:
    """What happened, in order; staff-only events are left out."""
    evenements = _communs(e for recueil in recueils for e in chronologie(recueil.faits) if not e.interne)
    plusieurs = len(recueils) > 1
    return {
        **_entete(recueils, creancier, jour, "Chronologie"),
        "evenements": [
            {
                "date": en_chiffres(evenement.jour),
                "libelle": f"{evenement.creance} – {evenement.libelle}" if plusieurs else evenement.libelle,
                "piece": _pieces_de(pieces, evenement),
                "preuve": evenement.preuve,
            }
            for evenement in sorted(evenements, key=lambda e: e.jour)
        ],
    }


def _communs(evenements: Iterable[Evenement]) -> list[Evenement]:
    """One line for what happened at once to several creances: a letter common to them."""
    lignes: dict[tuple[Evenement, str, int], Evenement] = {}
    fois: Counter[tuple[Evenement, str]] = Counter()
    for evenement in evenements:
        nu = evenement._replace(creance="")
        partage = "" if any(evenement.archives) else evenement.creance
        cle = (nu, partage, fois[nu, evenement.creance])
        fois[nu, evenement.creance] += 1
        connue = lignes.get(cle)
        lignes[cle] = (
            evenement._replace(creance=f"{connue.creance}, {evenement.creance}") if connue else evenement
        )
    return list(lignes.values())


def _pieces_de(pieces: Sequence[Piece], evenement: Evenement) -> str:
    """The numbers of the exhibits that show that event."""
    return ", ".join(str(piece.numero) for piece in pieces if piece.pdf in evenement.archives)


def contexte_note(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    creancier: Creancier,
    examen: Examen,
    dossier: str,
    horodatage: str,
    jour: date,
    copies: Sequence[str] = (),
    manques: Sequence[Lacune] = (),
    remplacees: Sequence[Remplacee] = (),
) -> dict[str, Any]:
    """The cover note for the lawyer or the commissaire de justice, with every reservation at once.

    `copies`: what the stamped copies of exhibits leave out, or could not show; `manques`: what the dossier
    lacks on that day; `remplacees`: the versions that this one replaces. It is never served: it may say that
    a person did without something, not why.
    """
    absents = papiers_absents([recueil.etat.facture for recueil in recueils], examen)
    return {
        **_entete(recueils, creancier, jour, "Note de remise"),
        "dossier": dossier,
        "total": en_euros(total(recueils)),
        "pieces_nombre": len(pieces),
        "contenu": [
            {"fichier": fichier, "description": texte} for fichier, texte in CONTENU if fichier not in absents
        ],
        "horodatage": horodatage,
        "remplacees": [
            {"presentation": presentation(version), "differences": list(differences)}
            for version, differences in remplacees
        ],
        "reserves": [
            *_lacunes(recueils, manques),
            *_reserves(recueils, pieces, examen),
            *copies,
            *_points(recueils, pieces, creancier, examen),
        ],
        "voies": [
            {
                "libelle": voie.libelle,
                "ouverture": OUVERTURES[voie.ouverture],
                "motif": voie.motif,
                "texte": voie.texte,
                "frais": voie.frais,
            }
            for voie in examen.voies
        ],
    }


def contexte_lettre_de_remise(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    pages: Sequence[int],
    creancier: Creancier,
    examen: Examen,
    dossier: str,
    horodatage: str,
    jour: date,
    manques: Sequence[Lacune] = (),
) -> dict[str, Any]:
    """The letters that hand the dossier to an avocat or to a commissaire de justice: the note, and the details.

    Their reserves say what was found and its risk, not what the creditor's own staff is to do.
    """
    juridiction = examen.juridiction
    return {
        **contexte_note(recueils, pieces, creancier, examen, dossier, horodatage, jour),
        "reserves": [
            *(lacune.trouvee for lacune in manques),
            *_reserves(recueils, pieces, examen),
            *_points(recueils, pieces, creancier, examen),
        ],
        "objet": f"Remise du dossier {dossier}",
        "lieu": creancier.siege.ville,
        "factures": [ligne_facture(recueil.etat, recueil.decompte) for recueil in recueils],
        "pieces": liste_de_pieces(pieces, pages),
        "prescription": [
            {
                "facture": delai.facture,
                "date": en_lettres(delai.prescription.date_limite),
                "hypothese": delai.prescription.lecture,
            }
            for delai in examen.delais
        ],
        "juridiction": {
            "intitule": juridiction.intitule,
            "motif": juridiction.motif or juridiction.reserve,
        },
    }


def _lacunes(recueils: Sequence[Recueil], manques: Sequence[Lacune]) -> Iterator[str]:
    """What the dossier lacks, whether it stopped the sealing or not."""
    etats = [recueil.etat for recueil in recueils]
    for lacune in manques:
        yield f"{lacune.phrase} {LEVEE}" if lacune.bloquante and levee(lacune, etats) else lacune.phrase


def _points(
    recueils: Sequence[Recueil], pieces: Sequence[Piece], creancier: Creancier, examen: Examen
) -> Iterator[str]:
    yield from points_a_completer(recueils, pieces, creancier, examen.juridiction)
    yield from filter(None, [contribution(examen.juridiction, total(recueils))])


def _reserves(recueils: Sequence[Recueil], pieces: Sequence[Piece], examen: Examen) -> Iterator[str]:
    for delai in examen.delais:
        # What is over is already a gap.
        if delai.alerte is not None and delai.alerte.gravite is not Gravite.DEPASSEE:
            yield f"Facture {delai.facture} : {delai.alerte.phrase}"
    for recueil in recueils:
        numero = recueil.etat.facture.numero
        for contenu in (fait.contenu for fait in recueil.faits):
            if isinstance(contenu, LitigeOuvert):
                yield f"Facture {numero} : contestée le {en_lettres(contenu.jour)} ({contenu.motif})."
            if isinstance(contenu, LitigeLeve):
                dite = f"contestation levée le {en_lettres(contenu.jour)} ({contenu.conclusion})"
                yield f"Facture {numero} : {dite}."
        yield from (f"Facture {numero} : {dite}" for dite in _echeanciers_rompus(recueil, pieces))
        yield from (f"Facture {numero} : {alerte}" for alerte in recueil.decompte.alertes)
    yield (
        "L'absence de procédure collective du débiteur (BODACC, registre du commerce) reste à contrôler juste "
        "avant le dépôt (article L622-21 du code de commerce)."
    )


def _echeanciers_rompus(recueil: Recueil, pieces: Sequence[Piece]) -> Iterator[str]:
    """Each instalment plan whose breach made the whole due, while no exhibit shows that it was signed."""
    if any(est_l_accord(recueil, piece) for piece in pieces):
        return
    for accord, suite in echeanciers(recueil):
        if isinstance(suite, EcheancierRompu):
            yield (
                f"échéancier du {en_lettres(accord.jour)}, aucun accord signé au dossier ; la déchéance du "
                "terme peut être contestée."
            )


def _entete(recueils: Sequence[Recueil], creancier: Creancier, jour: date, objet: str) -> dict[str, Any]:
    return {
        "creancier": bloc_creancier(creancier),
        "debiteur": bloc_debiteur(recueils[0].etat.facture.debiteur),
        "date": en_lettres(jour),
        "objet": objet,
    }
