"""The edge and the web server behind it, real ones, as `make run` and docker-compose.yml start them."""
