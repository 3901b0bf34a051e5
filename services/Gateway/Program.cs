using Ecs.Gateway;

await GatewayProgram.Build(args).RunAsync();
