# The page in the browser and the command line, on the CPU.
#
#   docker build -t cmrsegmentation .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/images" cmrsegmentation python -m CMRSegmentationLib segment /images/cine.nii.gz -o /images/results
#   docker run --rm --user "$(id -u):$(id -g)" -p 127.0.0.1:8018:8018 -v "$PWD/password.txt:/run/password:ro" cmrsegmentation
#
# Without --user the container's own user, number 1000, has to be able to write to the folder and to read the password.
#
# The image is far smaller with `--build-arg PIP_EXTRA_INDEX_URL=…`, the address of PyTorch's packages
# for the CPU.
#
# A container is reached from outside of it, so the page asks for the password in that file (any
# user name). Without a proxy that adds HTTPS, publish the port on 127.0.0.1 alone, as above.
FROM python:3.12-slim

ARG PIP_EXTRA_INDEX_URL=
RUN useradd --create-home user
WORKDIR /app
COPY requirements/runtime.txt requirements/web.txt requirements/
RUN pip install --no-cache-dir -r requirements/web.txt

COPY LICENSE LICENSE-WEIGHTS README.md ./
COPY CMRSegmentationLib CMRSegmentationLib
COPY CMRSegmentationWeb CMRSegmentationWeb
COPY Resources/Models Resources/Models

# The user that --user names has no home.
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 XDG_CACHE_HOME=/tmp/cache MPLCONFIGDIR=/tmp/matplotlib
USER user
EXPOSE 8018
CMD ["python", "-m", "CMRSegmentationWeb", "--host", "0.0.0.0", "--name", "localhost", "--password-file", "/run/password"]
