FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/presage
WORKDIR /build
COPY requirements.txt ./
RUN /opt/presage/bin/pip install --require-hashes --only-binary :all: --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/presage/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/presage presage
COPY --from=build /opt/presage /opt/presage
ENV PATH=/opt/presage/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PRESAGE_HOST=0.0.0.0 \
    PRESAGE_PORT=4000
USER presage
WORKDIR /var/lib/presage
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"PRESAGE_PORT\"]}/livez', timeout=2)"]
CMD ["presage", "serve"]
