# The image of web, worker, beat and migrate. It holds no servers, no tests and no development tools.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal && install -d -o portal /files
COPY --from=build /venv /venv
WORKDIR /portal
COPY . .
# The key is used by nothing that collectstatic does; the real one comes from the environment when the container starts.
RUN if find locale -name '*.po' 2>/dev/null | grep -q .; then pybabel --quiet compile -D django -d locale; fi \
    && SECRET_KEY=only-for-collectstatic python manage.py collectstatic --noinput --verbosity 0
USER portal
EXPOSE 8000
CMD ["gunicorn", "tracker_portal.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket", "--bind", "0.0.0.0:8000"]
