# One image per program, from what `dotnet publish` made (folder app/ of the build context). Nothing is run while it is
# built, so that it builds without a network. infra/lib/programs.sh gives the build arguments.
ARG ECS_DOTNET_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
FROM ${ECS_DOTNET_IMAGE}
ARG PROGRAM
# Six programs share one machine: the server garbage collector would take a heap per core for each.
ENV ECS_PROGRAM=${PROGRAM} ECS_HTTP=http://0.0.0.0:8080 DOTNET_gcServer=0
COPY ecs-health /usr/local/bin/ecs-health
COPY app/ /app/
WORKDIR /app
# The shell is replaced by the program, so that it gets the signals itself.
ENTRYPOINT ["/bin/sh", "-c", "exec dotnet \"/app/$ECS_PROGRAM\" \"$@\"", "program"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["ecs-health"]
