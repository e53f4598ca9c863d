"""Reading a creance from the journal and writing the next faits of its history."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TypeVar

from dossier.core.creance import Genre
from dossier.core.decision import jour_de_mise_en_demeure
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.droit.corpus import Droit
from dossier.core.droit.territoires import territoire
from dossier.core.errors import (
    ConfigurationInvalide,
    ConflitJournal,
    DonneeInvalide,
    DossierError,
    ParametreNonCouvert,
)
from dossier.core.etat import Etat, rejouer
from dossier.core.examen import Creance, Examen, examiner
from dossier.core.faits import Contenu
from dossier.core.groupes import partager
from dossier.core.montants import ZERO
from dossier.core.scenario import Scenario
from dossier.services.outils import Outils

ESSAIS = 5
T = TypeVar("T")
log = logging.getLogger("dossier.creances")


def lire_etat(outils: Outils, creance: str) -> Etat:
    """Where that creance stands now. Raises DonneeInvalide when it is unknown."""
    faits = outils.journal.lire(creance)
    if not faits:
        raise DonneeInvalide(
            f"Aucune facture suivie ne porte le numéro « {creance} ». "
            "Vérifiez-le dans la liste : `dossier creances`."
        )
    return rejouer(faits)


def etats_lisibles(outils: Outils) -> Iterator[Etat]:
    """Every readable creance; one altered journal must not stop the others."""
    for ouverture in outils.journal.creances():
        try:
            yield lire_etat(outils, ouverture.creance)
        except DossierError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all


def scenario_de(outils: Outils, etat: Etat) -> Scenario:
    """The scenario that creance follows, where its debtor lives."""
    adresse = etat.facture.debiteur.adresse
    lieu = territoire(adresse.code_postal, outils.droit.territoires) if adresse.pays == "FR" else None
    try:
        return outils.scenarios[etat.scenario].pour(lieu)
    except KeyError:
        connus = ", ".join(sorted(outils.scenarios))
        raise ConfigurationInvalide(
            f"La créance {etat.creance} suit le scénario « {etat.scenario} », absent de config/scenarios/. "
            f"Remettez ce fichier en place. Scénarios connus : {connus}."
        ) from None


def consigner(
    outils: Outils, creance: str, suite: Callable[[Etat], Sequence[Contenu]], *, auteur: str
) -> Etat:
    """Append what `suite` says of the current state, and give the state that it judged.

    When another writer came first, the journal is read again and `suite` asked again, so a form that
    refuses nonsense judges the state that it really changes.
    """
    return insister(lambda: _consigner(outils, creance, suite, auteur))


def insister(essai: Callable[[], T]) -> T:
    """What `essai` gives; tried again, from its own reading of the journal, when another writer came first.

    Raises ConflitJournal when that happens each time.
    """
    for _ in range(ESSAIS - 1):
        with suppress(ConflitJournal):
            return essai()
    return essai()


def _consigner(outils: Outils, creance: str, suite: Callable[[Etat], Sequence[Contenu]], auteur: str) -> Etat:
    etat = lire_etat(outils, creance)
    if contenus := suite(etat):
        ecrits = partager(etat, contenus, outils.clock.jour())
        attendus = {autre: outils.journal.dernier(autre) for autre in ecrits} | {creance: etat.numero}
        outils.journal.ajouter(ecrits, attendus, auteur=auteur, instant=outils.clock.now())
    return etat


def examen_de(outils: Outils, etat: Etat, jour: date) -> Examen:
    """What the rules say of taking that creance to court on the day `jour`. Raises ParametreNonCouvert."""
    creance = Creance(etat, scenario_de(outils, etat), decompte_de(outils, etat, jour))
    return examiner([creance], outils.creancier, outils.droit, jour)


def decompte_de(outils: Outils, etat: Etat, au: date) -> Decompte:
    """The statement of sums of that creance on the day `au`."""
    return decompte_selon(etat, scenario_de(outils, etat), au, outils.droit)


def decompte_selon(etat: Etat, scenario: Scenario, au: date, droit: Droit) -> Decompte:
    """The statement of sums on the day `au` of a creance that follows that scenario, under that law.

    Against a consumer interest runs from the mise en demeure only (Code civil, art. 1231-6).
    """
    facture = etat.facture
    consommateur = facture.debiteur.genre is Genre.PARTICULIER
    return etablir_decompte(
        facture.montant_ttc,
        facture.echeance,
        [(paiement.jour, paiement.montant) for paiement in etat.paiements],
        au,
        droit,
        genre=facture.debiteur.genre,
        deja_paye=facture.deja_paye,
        avoirs=[(avoir.jour, avoir.montant) for avoir in etat.avoirs],
        taux_stipule=facture.taux_stipule,
        interets_arretes=etat.procedure.jugement if etat.procedure else None,
        mise_en_demeure=jour_de_mise_en_demeure(etat, scenario) if consommateur else None,
    )


def trop_percu(outils: Outils, etat: Etat) -> Decimal:
    """Euros received beyond all that is due; beyond the invoice alone when a rate is not known yet."""
    try:
        return decompte_de(outils, etat, outils.clock.jour()).trop_percu
    except ParametreNonCouvert:
        return max(ZERO, -etat.solde)
