using Ecs.Agent.Docker;
using Ecs.Agent.Joining;
using Ecs.Agent.Reporting;
using Ecs.Bus;
using Ecs.Hosting;

namespace Ecs.Agent;

/// <summary>Puts the Agent together; settings come from the environment or as <c>--NAME=value</c>.</summary>
public static class AgentProgram
{
    /// <summary>An Agent that is ready to run.</summary>
    /// <exception cref="SettingException">A setting has a value that it cannot have.</exception>
    public static WebApplication Build(string[] args) => Build(args, replace: null);

    /// <summary>An Agent with parts of its surroundings replaced, for tests.</summary>
    internal static WebApplication Build(string[] args, Action<IServiceCollection>? replace)
    {
        var builder = EcsHost.CreateBuilder(args, AgentSettings.DefaultHttp);
        var settings = AgentSettings.Read(builder.Configuration);
        builder.Services.AddEcsBus(new BusOptions(builder.Configuration.GetBusUri(), "agent"));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new Engine(settings.DockerHost));
        builder.Services.AddSingleton<Membership>();
        builder.Services.AddSingleton<Reporter>();
        builder.Services.AddSingleton<AgentHealth>();
        builder.Services.AddHostedService<AgentService>();
        builder.Services.AddHealthChecks().AddCheck<AgentHealth>("agent", tags: [EcsHost.Ready]);
        replace?.Invoke(builder.Services);
        return builder.Build().MapHealth();
    }
}
