"""Files in: NIfTI, NRRD, MetaImage and DICOM become cine stacks on one grid in RAS+ mm."""
