# Two images: `portal` for web, worker, beat and migrate holds no servers, no tests and no development tools; `edge` is
# Caddy's official image with our Caddyfile and the static files of the same build.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /requirements.txt

FROM python:3.11-slim AS portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal && install -d -o portal /files /run/portal
COPY --from=build /venv /venv
WORKDIR /portal
COPY . .
# The key is used by nothing that collectstatic does; the real one comes from the environment when the container starts.
RUN if find locale -name '*.po' 2>/dev/null | grep -q .; then pybabel --quiet compile -D django -d locale; fi \
    && SECRET_KEY=only-for-collectstatic python manage.py collectstatic --noinput --verbosity 0
USER portal
CMD ["gunicorn", "tracker_portal.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "30", "--forwarder-headers", "", "--no-control-socket", "--bind", "unix:/run/portal/web.sock", "--bind", "unix:/run/portal/uploads.sock"]

FROM caddy:2.11.7 AS edge
COPY docker/caddy/Caddyfile /etc/caddy/Caddyfile
COPY --from=portal /portal/var/static /static

FROM portal
