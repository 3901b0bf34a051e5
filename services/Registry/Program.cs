using Ecs.Registry;

return await RegistryProgram.RunAsync(args);
