"""The forms of the Prefect UI: French labels, answers read by us, refusals in French.

Prefect validates a form against its schema, in English, before the flow begins: our schemas only say which
field to draw, and what is typed is read here (decision: a refused form is a red run with its sentence).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import Parameter, Signature, signature, unwrap
from typing import Any, ParamSpec, cast, get_type_hints

from prefect import Flow, flow
from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.utilities.callables import parameter_schema
from pydantic import ValidationError, validate_call
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from dossier.core import messages
from dossier.core.errors import DossierError

P = ParamSpec("P")
MOTS = {
    "missing": "à remplir",
    "missing_argument": "à remplir",
    "missing_keyword_only_argument": "à remplir",
    "string_type": "texte attendu",
    "bool_type": "oui ou non",
    "bool_parsing": "oui ou non",
    "list_type": "liste attendue",
    "model_type": "bloc de champs attendu",
}
"""What a form says otherwise than a configuration file."""


def formulaire(
    *, name: str, flow_run_name: str
) -> Callable[[Callable[P, State[None]]], Flow[P, State[None]]]:
    """A flow whose parameters are a form: what cannot be read makes its run red, with French sentences."""

    def decorer(fonction: Callable[P, State[None]]) -> Flow[P, State[None]]:
        lue, demandes = validate_call(fonction), signature(fonction)
        requis = [nom for nom, champ in demandes.parameters.items() if champ.default is Parameter.empty]

        @wraps(fonction)
        def remplie(*args: P.args, **kwargs: P.kwargs) -> State[None]:
            donnes = _souple(demandes).bind(*args, **kwargs).arguments
            remplis = {nom: v for nom, v in donnes.items() if v is not None or nom not in requis}
            try:
                return cast(State[None], cast(Callable[..., Any], lue)(**remplis))
            except ValidationError as error:
                return Failed(name="Refusé", message=phrases(error, titres(fonction)))
            except DossierError as error:
                return Failed(name="Refusé", message=str(error))

        # Prefect binds the answers first, and would say in English which one is missing.
        vars(remplie)["__signature__"] = _souple(demandes)
        return flow(name=name, flow_run_name=flow_run_name, persist_result=False, validate_parameters=False)(
            remplie
        )

    return decorer


def _souple(demandes: Signature) -> Signature:
    """That signature, of which anything may be left out."""
    champs = demandes.parameters.values()
    return demandes.replace(
        parameters=[c.replace(default=None) if c.default is Parameter.empty else c for c in champs]
    )


def phrases(error: ValidationError, noms: Mapping[str, str]) -> str:
    """What is wrong in the fields of a form, in French; `noms`: the title of each field, by its name."""
    return " ".join(dict.fromkeys(_phrase(detail, noms) for detail in error.errors()))


def _phrase(detail: ErrorDetails, noms: Mapping[str, str]) -> str:
    champ, *suite = detail["loc"] or ("réponse",)
    rangs = "".join(f", n° {rang + 1}" for rang in suite if isinstance(rang, int))
    dit = MOTS.get(detail["type"]) or messages.en_francais(detail)
    return f"« {noms.get(str(champ), str(champ))} »{rangs} : {dit.rstrip('.')}."


def titres(fonction: Callable[..., Any]) -> dict[str, str]:
    """The title of each parameter, by its name."""
    return {nom: champ.title for nom, champ in _champs(fonction) if champ.title}


def schema(flow: Flow[..., Any], choix: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The JSON schema of the form of that flow, with the title and description of each parameter.

    They come from `Annotated[..., Field(title=..., description=...)]` in the flow's signature. What the
    docstrings of our types say is for programmers and is left out. `choix`: the values to offer for the
    parameters of these names, known when the service starts only.
    """
    complet = parameter_schema(unwrap(flow.fn)).model_dump_for_openapi()
    for definition in complet.get("definitions", {}).values():
        definition.pop("description", None)
    for nom, champ in _champs(flow.fn):
        _etiqueter(complet["properties"][nom], champ)
    for nom, valeurs in (choix or {}).items():
        if nom in complet["properties"]:
            complet["properties"][nom]["enum"] = list(valeurs)
    return complet


def _champs(fonction: Callable[..., Any]) -> list[tuple[str, FieldInfo]]:
    indications = get_type_hints(fonction, include_extras=True).items()
    return [
        (nom, champ)
        for nom, indication in indications
        for champ in getattr(indication, "__metadata__", ())
        if isinstance(champ, FieldInfo)
    ]


def _etiqueter(propriete: dict[str, Any], champ: FieldInfo) -> None:
    if champ.title:
        propriete["title"] = champ.title
    if champ.description:
        propriete["description"] = champ.description
