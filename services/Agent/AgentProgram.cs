using Ecs.Agent.Conversing;
using Ecs.Agent.Docker;
using Ecs.Agent.Joining;
using Ecs.Agent.Reporting;
using Ecs.Bus;
using Ecs.Hosting;

namespace Ecs.Agent;

/// <summary>Puts the Agent together; settings come from the environment or as <c>--NAME=value</c>.</summary>
public static class AgentProgram
{
    /// <summary>Runs an Agent to its end.</summary>
    /// <returns>The process's exit code: 0, or 2 where a setting is wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await Build(args).RunAsync();
            return 0;
        }
        catch (SettingException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }
    }

    /// <summary>An Agent that is ready to run.</summary>
    /// <exception cref="SettingException">A setting has a value that it cannot have.</exception>
    public static WebApplication Build(string[] args) => Build(args, (services, configuration) =>
        services.AddEcsBus(new BusOptions(configuration.GetBusUri(), "agent")));

    /// <summary>An Agent on another bus, for tests.</summary>
    internal static WebApplication Build(string[] args, Action<IServiceCollection, IConfiguration> addBus)
    {
        var builder = EcsHost.CreateBuilder(args, AgentSettings.DefaultHttp);
        var settings = AgentSettings.Read(builder.Configuration);

        // First, so that it stops last: what was seen until the end can still be told.
        addBus(builder.Services, builder.Configuration);
        builder.Services.AddSingleton(settings);
        // Nothing of it can begin without a key: it has no log and no health to tell yet why it waits.
        builder.Services.AddSingleton(KeyFile.Open(
            settings.KeyFile ?? Path.Combine(settings.DataDir, "key.pem"),
            why => Console.Error.WriteLine($"The Agent waits: {why}")));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => new Engine(settings.DockerHost));
        builder.Services.AddSingleton<Membership>();
        builder.Services.AddSingleton<Reporter>();
        builder.Services.AddSingleton<AgentHealth>();
        builder.Services.AddSingleton<ConversationDesk>();
        builder.Services.AddHostedService<AgentService>();
        builder.Services.AddHealthChecks().AddCheck<AgentHealth>("agent", tags: [EcsHost.Ready]);
        return builder.Build().MapHealth();
    }
}
