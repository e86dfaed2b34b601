"""Stand-in for Slicer's SampleData module: it keeps what was registered, and loads it by name."""

import urllib.request
from pathlib import Path
from types import SimpleNamespace

import slicer
import vtk


class SampleDataLogic:
    """The part of the logic with which extensions register samples, and scripts load them."""

    @staticmethod
    def registerCustomSampleDataSource(
        category="Custom",
        sampleName=None,
        uris=None,
        fileNames=None,
        nodeNames=None,
        customDownloader=None,
        thumbnailFileName=None,
        loadFileTypes=None,
        loadFiles=None,
        loadFileProperties=None,
        checksums=None,
        loadFileType=None,
    ):
        """Like Slicer it still takes `loadFileType`, the older name of `loadFileTypes`."""
        source = SimpleNamespace(
            sampleName=sampleName,
            uris=_as_list(uris),
            fileNames=_as_list(fileNames),
            nodeNames=_as_list(nodeNames),
            customDownloader=customDownloader,
            thumbnailFileName=thumbnailFileName,
            loadFileTypes=_as_list(loadFileTypes or loadFileType),
            loadFiles=_as_list(loadFiles),
            loadFileProperties=loadFileProperties or {},
            checksums=_as_list(checksums),
        )
        if not hasattr(slicer.modules, "sampleDataSources"):
            slicer.modules.sampleDataSources = {}
        slicer.modules.sampleDataSources.setdefault(category, []).append(source)

    def downloadSamples(self, sampleName):
        """Fetches the files into the cache and loads them; the custom downloader is not asked."""
        sources = [s for group in slicer.modules.sampleDataSources.values() for s in group]
        source = next(s for s in sources if s.sampleName == sampleName)
        nodes = []
        for uri, file_name, node_name, file_type in zip(
            source.uris, source.fileNames, source.nodeNames, source.loadFileTypes, strict=True
        ):
            path = Path(slicer.app.temporaryPath) / file_name
            urllib.request.urlretrieve(uri, path)
            loaded = vtk.vtkCollection()
            properties = {**source.loadFileProperties, "fileName": str(path), "name": node_name}
            if slicer.app.coreIOManager().loadNodes(file_type, properties, loaded):
                nodes += [loaded.GetItemAsObject(i) for i in range(loaded.GetNumberOfItems())]
        return nodes

    def downloadSample(self, sampleName):
        return self.downloadSamples(sampleName)[0]


def downloadSample(sampleName):
    return SampleDataLogic().downloadSample(sampleName)


def _as_list(value):
    return list(value) if isinstance(value, list | tuple) else [value]
