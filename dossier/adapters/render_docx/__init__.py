"""Word files filled and read: port `Rendu`."""

from dossier.adapters.render_docx.rendu import RenduDocx

__all__ = ["RenduDocx"]
