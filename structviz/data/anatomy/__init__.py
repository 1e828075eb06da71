"""Patients, drawn at random: the parts that an axial slice of the chest cuts through, as outlines."""

from structviz.data.anatomy.patient import Part, patient

__all__ = ["Part", "patient"]
