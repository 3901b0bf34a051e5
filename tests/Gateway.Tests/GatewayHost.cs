using Ecs.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Ecs.Gateway.Tests;

/// <summary>A whole Gateway on a port of its own, whose bus is a <see cref="CommandSenderDouble"/>.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    // Nothing listens there: discard is a privileged port that no test opens.
    public const string NobodyThere = "http://127.0.0.1:9";

    private readonly WebApplication _app;

    private GatewayHost(WebApplication app, CommandSenderDouble bus)
    {
        _app = app;
        Bus = bus;
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public CommandSenderDouble Bus { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>A Gateway that lets everyone in.</summary>
    public static Task<GatewayHost> StartAsync(string auditor = NobodyThere) =>
        StartAsync(auditor, clock: null, "--ECS_UNSIGNED_ACCESS=true");

    /// <summary>A Gateway with settings, and perhaps a clock, of its own.</summary>
    public static async Task<GatewayHost> StartAsync(string auditor, TimeProvider? clock, params string[] settings)
    {
        var bus = new CommandSenderDouble();
        var app = GatewayProgram.Build(
            ["--ECS_HTTP=http://127.0.0.1:0", $"--ECS_AUDITOR_URL={auditor}", .. settings],
            services =>
            {
                // Without the bus's own hosted services nobody looks for a broker.
                foreach (var hosted in services.Where(IsOfTheBus).ToList()) services.Remove(hosted);
                services.Replace(ServiceDescriptor.Singleton<ICommandSender>(bus));
                if (clock is not null) services.Replace(ServiceDescriptor.Singleton(clock));
            });
        await app.StartAsync();
        return new GatewayHost(app, bus);
    }

    public async Task<HttpResponseMessage> CallAsync(
        string operation, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Headers.Add("X-Amz-Target", Api.Operations.TargetPrefix + operation);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/x-amz-json-1.1");
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private static bool IsOfTheBus(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
        && service.ImplementationType?.Namespace is { } name
        && (name.StartsWith("MassTransit", StringComparison.Ordinal)
            || name.StartsWith("Ecs.Bus", StringComparison.Ordinal));
}
