"""Forms that stop, resume, bend or end the procedure of one invoice."""

from __future__ import annotations

from typing import Annotated

from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.services import scenarios, suspensions
from flows.champs import JourOuRien, Nom, RaisonOuRien
from flows.formulaires import formulaire
from flows.saisies.commun import AUTEUR, Facture, Motif, saisir
from flows.wiring import outils


@formulaire(name="ouvrir-un-litige", flow_run_name="Litige ouvert · {facture}")
def ouvrir_litige(
    facture: Facture,
    motif: Annotated[
        str, Field(title="Motif de la contestation", description="Par exemple « deux modules reçus rayés »")
    ],
    raison: Annotated[RaisonOuRien, Field(title="Raison")] = None,
) -> State[None]:
    """Suspend la procédure d'une facture contestée."""
    return saisir(
        facture,
        lambda: suspensions.ouvrir_litige(outils(), facture, motif, auteur=AUTEUR, raison=raison),
    )


@formulaire(name="lever-un-litige", flow_run_name="Litige levé · {facture}")
def lever_litige(
    facture: Facture,
    conclusion: Annotated[
        str, Field(title="Conclusion", description="Par exemple « accord sur un avoir de 120 € »")
    ],
) -> State[None]:
    """Reprend la procédure d'une facture qui n'est plus contestée."""
    return saisir(facture, lambda: suspensions.lever_litige(outils(), facture, conclusion, auteur=AUTEUR))


@formulaire(name="suspendre", flow_run_name="Suspension · {facture}")
def suspendre(
    facture: Facture,
    motif: Motif,
    par: Nom,
    jusqu_au: Annotated[
        JourOuRien,
        Field(
            title="Jusqu'au", description="La procédure reprend seule ce jour-là ; vide : quand vous direz"
        ),
    ] = None,
) -> State[None]:
    """Suspend la procédure d'une facture, jusqu'à une date ou jusqu'à ce que vous la repreniez."""
    return saisir(
        facture,
        lambda: suspensions.suspendre(outils(), facture, motif, par, auteur=par, jusqu_au=jusqu_au),
    )


@formulaire(name="reprendre", flow_run_name="Reprise · {facture}")
def reprendre(facture: Facture, motif: Motif, par: Nom) -> State[None]:
    """Reprend là où elle en était la procédure d'une facture suspendue."""
    return saisir(facture, lambda: suspensions.reprendre(outils(), facture, motif, par, auteur=par))


@formulaire(name="changer-de-scenario", flow_run_name="Scénario · {facture}")
def changer_scenario(
    facture: Facture,
    scenario: Annotated[str, Field(title="Nouveau scénario")],
    motif: Motif,
    par: Nom,
) -> State[None]:
    """Fait suivre un autre scénario à une facture : ce qui est fait reste fait, la suite est la sienne."""
    return saisir(facture, lambda: scenarios.changer(outils(), facture, scenario, motif, par, auteur=par))


@formulaire(name="abandonner", flow_run_name="Abandon · {facture}")
def abandonner(facture: Facture, motif: Motif) -> State[None]:
    """Met fin à la procédure d'une facture sans paiement."""
    return saisir(facture, lambda: suspensions.abandonner(outils(), facture, motif, auteur=AUTEUR))
