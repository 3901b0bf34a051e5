using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecs.Hosting;

/// <summary>What every program does alike: settings, one-line logs, health endpoints and an orderly shutdown.</summary>
public static class EcsHost
{
    /// <summary>The tag of health checks that must pass before the program is ready.</summary>
    public const string Ready = "ready";

    /// <summary>How long a program may take to finish what it has begun after it was told to stop.</summary>
    public static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(20);

    /// <summary>A builder with the house's settings, logs and health checks.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="defaultHttp">Where it listens if <see cref="Settings.Http"/> says nothing.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args, string defaultHttp)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.UseUrls(builder.Configuration[Settings.Http] ?? defaultHttp);
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // Whoever asks for the health reads it there: a line for every question while a program starts tells nobody
        // more.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        builder.Services.AddHealthChecks();
        if (builder.Configuration[Settings.TraceFile] is { Length: > 0 } trace)
        {
            var service = builder.Environment.ApplicationName.Split('.')[^1].ToLowerInvariant();
            builder.Services.AddHostedService(services => new TraceFile(
                trace, service, services.GetRequiredService<ILogger<TraceFile>>()));
        }

        return builder;
    }

    /// <summary>
    /// <c>/health/live</c>: the process answers. <c>/health/ready</c>: every check tagged <see cref="Ready"/> passes;
    /// the
    /// body names each with its state.
    /// </summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = WriteAsync,
        });
        return app;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="SettingException">Something else listens where it is to listen.</exception>
    public static Task RunToEndAsync(this WebApplication app) => ListenAsync(() => app.RunAsync());

    /// <summary>Starts a part of a program that listens for a while.</summary>
    /// <exception cref="SettingException">Something else listens where it is to listen.</exception>
    public static Task StartListeningAsync(this WebApplication app) => ListenAsync(() => app.StartAsync());

    private static async Task ListenAsync(Func<Task> listen)
    {
        try
        {
            await listen();
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new SettingException(
                Settings.Http, $"where nothing else listens: {fault.Message.TrimEnd('.')}");
        }
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(report.Entries.ToDictionary(
            entry => entry.Key,
            entry => entry.Value.Description is { } text ? $"{entry.Value.Status}: {text}" : $"{entry.Value.Status}"));
}
