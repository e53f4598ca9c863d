"""A creance that follows another scenario from now on: what prevents it, and what it never goes back to."""

from __future__ import annotations

from dossier.core.decision import date_faite
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal
from dossier.core.importation import hors_scenario
from dossier.core.pays import FRANCE
from dossier.core.scenario import Etape, Scenario

MOTIF = "changement de scénario"


def refus_de_changer(etat: Etat, ancien: Scenario, nouveau: Scenario) -> str | None:
    """Why that creance cannot follow that scenario, in French; None when it can."""
    return (
        _hors_scenario(etat, nouveau) or _mise_en_demeure(etat, ancien, nouveau) or _imprimee(etat, nouveau)
    )


def etapes_franchies(etat: Etat, ancien: Scenario, nouveau: Scenario) -> tuple[Etape, ...]:
    """The steps of the new scenario that come before the furthest one reached, and are not done.

    The furthest one is among them when it is done already, by other channels than it has there.
    """
    etapes = nouveau.etapes[:-1]
    atteintes = [rang for rang, etape in enumerate(etapes) if _atteinte(etat, etape, ancien)]
    if not atteintes:
        return ()
    *avant, derniere = etapes[: atteintes[-1] + 1]
    if _faite(etat, derniere, ancien):
        avant.append(derniere)
    return tuple(etape for etape in avant if date_faite(etat, etape) is None)


def a_reprendre(etat: Etat) -> tuple[Envoi, ...]:
    """The documents prepared and not printed: the new scenario words them anew, or has none."""
    return tuple(e for e in etat.envois.values() if e.retire is None and e.depart is None and not _imprime(e))


def _imprime(envoi: Envoi) -> bool:
    """Whether a person, or a carrier, may hold that letter already; one taken back does not count."""
    recommande = envoi.prepare.canal is Canal.LRAR
    parti_peut_etre = envoi.fait is not None or (recommande and envoi.tentee is not None)
    return envoi.retire is None and parti_peut_etre


def _faite(etat: Etat, etape: Etape, ancien: Scenario) -> bool:
    """Whether that step is done, by the channels of the scenario followed so far."""
    avant = next((e for e in ancien.etapes if e.nom == etape.nom), etape)
    return date_faite(etat, avant) is not None


def _atteinte(etat: Etat, etape: Etape, ancien: Scenario) -> bool:
    """Whether it is done, or something of it has left."""
    partie = any(envoi.depart is not None for envoi in etat.envois_de(etape.nom))
    return partie or _faite(etat, etape, ancien)


def _hors_scenario(etat: Etat, nouveau: Scenario) -> str | None:
    """The rules of importation: a scenario made for debtors in France, or for those abroad."""
    facture, numero = etat.facture, etat.facture.numero
    if facture.debiteur.adresse.pays != FRANCE and not nouveau.etranger:
        return (
            f"le débiteur de {numero} est établi hors de France : choisissez un scénario qui le permet (« etranger: "
            "true » dans son fichier), comme « export »"
        )
    if hors_scenario(facture, nouveau) is None:
        return None
    if facture.debiteur.adresse.pays == FRANCE:
        return (
            f"le débiteur de {numero} est établi en France, et les lettres de ce scénario ne sont pas en français : "
            "choisissez-en un autre"
        )
    return (
        f"{numero} est due par un consommateur établi hors de France, que la loi de son pays peut protéger : "
        "confiez cette créance à un conseil"
    )


def _mise_en_demeure(etat: Etat, ancien: Scenario, nouveau: Scenario) -> str | None:
    """A mise en demeure that is out grants the délai that it says, whatever is followed from now on."""
    avant, apres = ancien.mise_en_demeure, nouveau.mise_en_demeure
    if not any(_imprime(envoi) for envoi in etat.envois_de(avant.nom)):
        return None
    if avant.nom != apres.nom:
        return (
            f"la mise en demeure de {etat.facture.numero} est déjà imprimée, et ce scénario ne l'a pas (il nomme la "
            f"sienne « {apres.nom} ») : le changement ferait perdre son délai"
        )
    if avant.delai_de_paiement != apres.delai_de_paiement:
        return (
            f"la mise en demeure de {etat.facture.numero} est déjà imprimée : elle accorde "
            f"{avant.delai_de_paiement} jours, ce scénario en compterait {apres.delai_de_paiement}"
        )
    return None


def _imprimee(etat: Etat, nouveau: Scenario) -> str | None:
    """A registered letter in the hands of who posts it, of a step that the new scenario lacks."""
    noms = {etape.nom for etape in nouveau.etapes}
    for envoi in etat.envois.values():
        if _imprime(envoi) and envoi.depart is None and envoi.prepare.etape not in noms:
            return (
                f"le recommandé « {envoi.prepare.intitule} » de {etat.facture.numero} est imprimé et ce scénario n'a "
                "pas cette étape : postez-le et enregistrez son dépôt, ou retirez-le, puis changez de scénario"
            )
    return None
