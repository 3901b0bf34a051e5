return await Ecs.Agent.AgentProgram.RunAsync(args);
