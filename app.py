"""structviz: the app. Opens the pages; everything they show comes from the package."""

if __name__ == "__main__":  # Streamlit runs it for every visit
    import streamlit as st

    from structviz.ui.warm_up import wait_for_imports

    wait_for_imports()

    from structviz.ui.kit.charts import forget_charts, measure_letters
    from structviz.ui.kit.guard import guarded, show_callback_error
    from structviz.ui.kit.screen import fit_the_screen
    from structviz.ui.router import ICON, navigation, show_page_links, tab_title

    page = navigation()
    st.set_page_config(page_title=tab_title(page), page_icon=ICON, layout="wide")
    fit_the_screen()
    show_page_links(page)
    show_callback_error()
    forget_charts()
    with guarded():
        page.run()
    measure_letters()
elif __name__ != "__mp_main__":  # the server imports it; processes that train are spawned with it and need nothing
    import signal

    import uvicorn
    from streamlit.starlette import App

    from structviz.errors import ConfigError
    from structviz.ui.link_previews import preview_routes
    from structviz.ui.server.client_values import refuse_wrong_kinds
    from structviz.ui.server.connections import limit_sockets, raise_open_files, room_for
    from structviz.ui.server.logs import limit_repeats
    from structviz.ui.server.middleware import server_middleware
    from structviz.ui.server.settings import server_settings
    from structviz.ui.server.tidying import server_lifespan

    limit_repeats()
    try:
        settings = server_settings()
    except ConfigError as error:
        raise SystemExit(f"structviz: {error}") from None
    room = room_for(raise_open_files(), settings.most_visitors)
    # Asked to stop, the server stops in peace and then sends itself the signal again, which would end it before it has
    # tidied up. So it is told to stop without a signal; whose method handles the signal now is the server.
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(server, uvicorn.Server):
        signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
        limit_sockets(server, room.sockets)
    refuse_wrong_kinds()
    app = App(
        __file__,
        routes=preview_routes(),
        middleware=server_middleware(settings, room.visitors),
        lifespan=server_lifespan,
    )
