"""Word files filled and read: port `Rendu`, and the faults of a template before it serves."""

from dossier.adapters.render_docx.rendu import RenduDocx, examiner

__all__ = ["RenduDocx", "examiner"]
