"""DICOM slices, good and bad, built in memory."""

import warnings
from io import BytesIO

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

PATIENT = "Doe^Nobody"


def dataset(values: np.ndarray, **changes: object) -> Dataset:
    """A CT slice; a change to None takes the entry away."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["slice"])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    slice_ = FileDataset(BytesIO(), {}, file_meta=meta, preamble=bytes(128))
    entries: dict[str, object] = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "PatientName": PATIENT,
        "Modality": "CT",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": values.shape[0],
        "Columns": values.shape[1],
        "BitsAllocated": 8 * values.itemsize,
        "BitsStored": 8 * values.itemsize,
        "HighBit": 8 * values.itemsize - 1,
        "PixelRepresentation": int(values.dtype.kind == "i"),
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "PixelData": values.tobytes(),
    }
    for name, value in (entries | changes).items():
        if value is not None:
            setattr(slice_, name, value)
    if "PixelData" in slice_:
        slice_["PixelData"].VR = "OW" if values.itemsize > 1 else "OB"
    return slice_


def encode(slice_: Dataset) -> bytes:
    file = BytesIO()
    slice_.save_as(file, enforce_file_format=True)
    return file.getvalue()


def wrapped(syntax: UID, frame: bytes = b"no such code") -> bytes:
    """A slice of 40 x 40 pixels whose frame is compressed, or so the header says."""
    slice_ = dataset(ramp())
    slice_.file_meta.TransferSyntaxUID = syntax
    slice_.PixelData = encapsulate([frame])
    slice_["PixelData"].VR = "OB"
    slice_["PixelData"].is_undefined_length = True
    file = BytesIO()
    slice_.save_as(file, enforce_file_format=True, implicit_vr=False, little_endian=True)
    return file.getvalue()


def ct(values: np.ndarray, **changes: object) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns of the entries that are meant to be wrong
        return encode(dataset(values, **changes))


def ramp(rows: int = 40, columns: int = 40) -> np.ndarray:
    """Stored values that differ in every direction, up to about 3000."""
    return (np.arange(rows)[:, None] * 53 + np.arange(columns)[None, :] * 19).astype(np.uint16)
