"""The French labels of the forms: Prefect names a field after its parameter, we want its title."""

from __future__ import annotations

from typing import Any, get_type_hints

from prefect import Flow
from prefect.utilities.callables import parameter_schema
from pydantic.fields import FieldInfo


def schema(flow: Flow[..., Any]) -> dict[str, Any]:
    """The JSON schema of the form of that flow, with the title and description of each parameter.

    They come from `Annotated[..., Field(title=..., description=...)]` in the flow's signature. What the
    docstrings of our types say is for programmers and is left out.
    """
    complet = parameter_schema(flow).model_dump_for_openapi()
    for definition in complet.get("definitions", {}).values():
        definition.pop("description", None)
    for nom, indication in get_type_hints(flow.fn, include_extras=True).items():
        for champ in getattr(indication, "__metadata__", ()):
            if isinstance(champ, FieldInfo):
                _etiqueter(complet["properties"][nom], champ)
    return complet


def _etiqueter(propriete: dict[str, Any], champ: FieldInfo) -> None:
    if champ.title:
        propriete["title"] = champ.title
    if champ.description:
        propriete["description"] = champ.description
