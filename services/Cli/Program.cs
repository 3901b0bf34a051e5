using Ecs.Cli.Commands;

return await EcsCommandLine.RunAsync(args, new Surroundings(
    Console.In,
    Console.Out,
    Console.Error,
    IsTerminal: !Console.IsOutputRedirected,
    Environment.GetEnvironmentVariable));
